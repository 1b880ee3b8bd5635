"""The coder's tools: they need a registered account, spend no views, and show no text that costs one."""
