"""Settings of CasePilot, all from the environment: docs/configuration.md has the table of names."""

from pathlib import Path
from typing import Any

from casepilot import logging as logs
from casepilot.environment import folder, hosts, made, mail_server, postgres, redis_server, secret_key, sender, switch, text, time_zone, web_address, whole

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = folder("VAR_DIR", BASE_DIR / "var")
EMBEDDED = not text("DATABASE_URL")
if EMBEDDED:
    made("VAR_DIR", VAR_DIR)

DEBUG = switch("DEBUG", default=False)
PORT = whole("PORT", 8000, at_least=1, at_most=65535)
SITE_URL = web_address("SITE_URL", f"http://127.0.0.1:{PORT}")
HTTPS = SITE_URL.startswith("https:")
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = secret_key("SECRET_KEY", keep_in=VAR_DIR / "secret_key", embedded=EMBEDDED)
TRUSTED_PROXY_COUNT = whole("TRUSTED_PROXY_COUNT", 0, at_most=10)
GUEST_NETWORK_LIMIT = whole("GUEST_NETWORK_LIMIT", 20)
VIEW_RETENTION_DAYS = whole("VIEW_RETENTION_DAYS", 90, at_most=36500)
RATELIMIT_ENABLE = switch("RATELIMIT_ENABLE", default=True)

# Applications, in the order that lets CasePilot's own templates win over the libraries'.
INSTALLED_APPS = [
    "accounts",
    "quotas",
    "codes",
    "assistant",
    "consultant",
    "careers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_structlog",
    "simple_history",
]

MIDDLEWARE = [
    "casepilot.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "casepilot.headers.PolicyMiddleware",
    "casepilot.nul.RefuseNulMiddleware",
    "quotas.middleware.MeteringMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "casepilot.urls"
WSGI_APPLICATION = "casepilot.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.audience.context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# SQLite in var/ unless DATABASE_URL names another. IMMEDIATE: a transaction that first reads
# and then writes would otherwise fail at once with "database is locked".
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000;"
if EMBEDDED:
    DATABASES: dict[str, Any] = {
        "default": {
            "ENGINE": "casepilot.sqlite",
            "NAME": VAR_DIR / "casepilot.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": SQLITE_PRAGMAS, "transaction_mode": "IMMEDIATE", "timeout": 10},
        }
    }
else:
    DATABASES = {"default": postgres("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The embedded cache is a table whose increments are one statement each, so that throttles hold
# over threads and processes (Django's own database cache loses increments).
if REDIS_URL := redis_server("REDIS_URL"):
    CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "casepilot.cache.AtomicDatabaseCache", "LOCATION": "cache"}}

# Accounts: an e-mail address and a password; nothing counts until the address is verified.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "CasePilot: "
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATELIMIT_ENABLE else False
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "CasePilot"
LOGIN_REDIRECT_URL = "/accounts/usage/"
LOGIN_URL = "/accounts/login/"

# Mail: a file a message under var/mail/, and printed, unless EMAIL_URL names a server.
DEFAULT_FROM_EMAIL = sender("DEFAULT_FROM_EMAIL", "CasePilot <no-reply@casepilot.invalid>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if text("EMAIL_URL"):
    vars().update(mail_server("EMAIL_URL"))
else:
    EMAIL_BACKEND = "casepilot.mail.KeptMailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = time_zone("TIME_ZONE", "America/New_York")

STATIC_URL = "static/"
STATIC_ROOT = folder("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

# Security. Nothing inline and nothing from another host; a JSON-LD block is data and needs no permission.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, str | list[str] | tuple[str]] = {
    name: [] for name in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # casepilot.headers sets X-Frame-Options
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "casepilot.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = logs.configure(as_json=not DEBUG)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
