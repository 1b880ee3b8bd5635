"""Accounts: users, sign-up and log-in (through allauth)."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and their log-in."""

    name = "accounts"
