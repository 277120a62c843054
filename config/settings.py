"""All settings, driven by the environment (docs/settings.md lists the variables)."""

from __future__ import annotations

import secrets
from pathlib import Path

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = environment.flag("DEBUG")
DEMO_MODE = environment.flag("DEMO_MODE")
"""Shows the demo accounts on the log-in page and lets a publicity window be run forward."""


def _secret_key() -> str:
    """SECRET_KEY from the environment, else a key made once and kept in var/ (mode 600)."""
    given = environment.text("SECRET_KEY")
    if given:
        return given
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = environment.text("PUBLIC_URL", "http://127.0.0.1:8000")
"""Origin printed in QR codes and mails."""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "guardian",
    "axes",
    "csp",
    "viewflow",
    "viewflow.workflow",
    "journal",
    "jobs",
    "organizations",
    "workflows",
    "documents",
    "documents.print_room",
    "approvals.programs",
    "approvals.applications",
    "approvals.notices",
    "approvals.reviews",
    "approvals.decisions",
    "approvals.vouchers",
    "approvals.awards",
    "approvals.deadlines",
    "approvals.notifications",
    "approvals.operations",
    "approvals.inquiries",
    "approvals.experts",
    "approvals.supervision",
    "approvals.revisions",
    "approvals.worklist",
    "approvals.meetings",
    "approvals.reconciliation",
    "approvals.administration",
    "approvals.archive",
    "approvals",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.sessions.RenewSession",
    "organizations.positions.ReadPositionsOnce",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "approvals.context.navigation",
            ],
        },
    }
]

DATABASES = {"default": environment.database(BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian would otherwise create a user row at migrate
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: five wrong guesses close the door for 15 minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "organizations/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # the back stage only reads

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise wants it to be there
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""  # private: every download goes through a view that checks the right
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024

POLICIES_DIR = Path(environment.text("POLICIES_DIR", str(BASE_DIR / "policies")))
FONTS_DIR = Path(environment.text("FONTS_DIR", str(BASE_DIR / "var" / "fonts")))
ARCHIVE_DIR = VAR_DIR / "archive"

BROKER_URL = environment.text("BROKER_URL")
BROKER_QUEUE = environment.text("BROKER_QUEUE", "approvals.jobs")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}
"""Only rate limits live here; a file cache is shared by all workers of the machine."""

SESSION_COOKIE_AGE = 30 * 60  # idle log-out after 30 minutes
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the print room shows the PDF beside its buttons
if environment.flag("HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
}

BULK_RETRACT_MINUTES = environment.number("BULK_RETRACT_MINUTES", 10)
"""So long an opinion that was given in a bulk act can be taken back (semantics C7)."""

EMAIL_BACKEND = environment.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "no-reply@example.invalid")
EMAIL_TIMEOUT = 20  # seconds; a job's lease has sixty
SMS_URL = environment.text("SMS_URL")
SMS_SECRET = environment.text("SMS_SECRET")
WEBHOOK_URL = environment.text("WEBHOOK_URL")
WEBHOOK_SECRET = environment.text("WEBHOOK_SECRET")
"""Channels beside mail (docs/notifications.md), off without an address."""

KEYS_DIR = VAR_DIR / "keys"
SIGNING = environment.text("SIGNING", "demo")
SIGNING_MARK = environment.text("SIGNING_MARK", "box")
SIGNING_TSA = environment.text("SIGNING_TSA", "local" if SIGNING == "demo" else "")
SIGNING_TRUST_DIR = environment.text("SIGNING_TRUST_DIR")
SIGNING_PKCS12_DIR = environment.text("SIGNING_PKCS12_DIR")
SIGNING_PKCS11_MODULE = environment.text("SIGNING_PKCS11_MODULE")
SIGNING_PKCS11_TOKEN = environment.text("SIGNING_PKCS11_TOKEN")
SIGNING_PASSWORD_FILE = environment.text("SIGNING_PASSWORD_FILE")
ESEAL_URL = environment.text("ESEAL_URL")
ESEAL_SECRET = environment.text("ESEAL_SECRET")
OFD_URL = environment.text("OFD_URL")
OFD_SECRET = environment.text("OFD_SECRET")
"""Electronic signatures (docs/signatures.md); the demo keys sign specimens only."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "WARNING")},
    "loggers": {"jobs": {"level": "INFO"}},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
