"""All settings, from the environment. Nothing set means: the demo on this machine, with SQLite.

| Variable | Meaning | Nothing set |
|---|---|---|
| MITWIRK_MODE | `demo`, `test` or `production` | demo |
| SECRET_KEY | signing key, required in production | a fixed one outside production |
| ALLOWED_HOSTS | comma-separated host names, required in production | this machine |
| TRUSTED_ORIGINS | comma-separated `https://…` origins, required in production | this machine |
| DATABASE_URL | `sqlite:///path` or `postgres://user:pw@host/name` | var/mitwirk.sqlite3 |
| REDIS_URL | channel layer, cache and rate limits | in memory, one process |
| EMAIL_URL | `smtp://user:pw@host:587` (`smtps://` for TLS from the start) | the demo mailbox |
| MAIL_FROM | sender of all mail | mitwirk@example.org |
| SITE_URL | public address, for links in mail and QR codes | http://127.0.0.1:8000 |
| BEHIND_PROXY | trust `X-Forwarded-Proto` and `-For` of the proxy in front | 0 |
| MEDIA_ROOT | uploads | var/media |
| HOLDS_PER_NETWORK | unconfirmed bookings one network address may make in half an hour | 300 |
| HOLDS_WITHOUT_PROOF | so many of them without a proof of work by the browser | 10 |
| HTTP_THREADS | threads (so database connections) of a web process | 4 |
| DATABASE_POOL_SIZE | PostgreSQL connections a process may hold | 8 |
| LOG_LEVEL | `DEBUG`, `INFO`, `WARNING` or `ERROR` | WARNING |
| RATE_LIMITS | limits per caller: 1 or 0 | 1 |
| GUEST_WRITES_A_MINUTE | REST writes without log-in, per address | 1200 |
| GUEST_PAGE_SECONDS | how old a public page may be for guests; 0 makes each anew | 2 |
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

MODE = env.text("MITWIRK_MODE", "demo")
if MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"MITWIRK_MODE={MODE}: use demo, test or production.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = False

DEMO_KEY = "only-for-the-demo-and-tests-" + "x" * 32
if PRODUCTION:
    SECRET_KEY = env.secret("SECRET_KEY", never=DEMO_KEY)
    env.required("ALLOWED_HOSTS", example="mitwirk.example.org")
    env.required("TRUSTED_ORIGINS", example="https://mitwirk.example.org")
    env.required("DATABASE_URL", example="postgres://mitwirk@db/mitwirk")
    env.required("EMAIL_URL", example="smtp://user:pw@mail.example.org:587")
else:
    SECRET_KEY = env.text("SECRET_KEY", DEMO_KEY)

ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.origins("TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's page of security keys needs it
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.headless",
    "channels",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "participation",
    "workshops",
    "polls",
    "frontend",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Some pages hold a secret and an echo of what was typed, which is what BREACH needs. Django
    # masks its CSRF token anew each time, and this adds up to 100 random bytes to every answer.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.request_size.RequestSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "frontend.middleware.RuleBrokenMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
# Each thread of the web process holds a database connection: few are faster than many.
HTTP_THREADS = env.number("HTTP_THREADS", 4)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before allauth's own, which ours replace.
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.site",
            ],
        },
    },
]
FORM_RENDERER = "frontend.forms.rendering.KernRenderer"

# --- Storage -------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'mitwirk.sqlite3'}")
DATABASES = {"default": env.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS: dict[str, dict[str, Any]]
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "mitwirk"},
        }
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# A network hop would cost as much as it saves: each process keeps its own (guest_pages.py).
GUEST_PAGE_SECONDS = env.number("GUEST_PAGE_SECONDS", 2)
CACHES["guest_pages"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "guest_pages",
    "OPTIONS": {"MAX_ENTRIES": 500},
}
CACHES["door_counts"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "door_counts",
}

MEDIA_ROOT = env.text("MEDIA_ROOT", str(VAR_DIR / "media"))
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
# Collected into the image; the demo and the tests serve the sources and need only an empty folder.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else VAR_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [
    path
    for path in (BASE_DIR / "frontend" / "dist", BASE_DIR / "frontend" / "public")
    if path.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json",
    }
}

# The whole request: forms with files, and everything else (see config/request_size.py).
MAX_UPLOAD_BYTES = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "participation.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/konto/"
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if PRODUCTION else False
HEADLESS_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Mitwirk"
SOCIALACCOUNT_ONLY = False

# --- Security ------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = PRODUCTION and urlsplit(SITE_URL).scheme == "https"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
# Whether every other host under a town's domain is ready for HTTPS alone is the town's to know.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Mail and tasks ------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Mitwirk <mitwirk@example.org>")
EMAIL_URL = env.text("EMAIL_URL")
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_PORT == 587
    EMAIL_TIMEOUT = 15
else:
    EMAIL_BACKEND = "participation.demo_mail.DemoMailBackend"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Generous: a school or a town's Wi-Fi is one address.
HOLDS_PER_NETWORK = env.number("HOLDS_PER_NETWORK", 300)
HOLDS_WITHOUT_PROOF = env.number("HOLDS_WITHOUT_PROOF", 10)

# What the clock runs, and how many seconds lie between two runs (see `manage.py clock`).
CLOCK_JOBS = {
    "workshops.services.bookings.release_expired_holds": 15,
    "workshops.services.scheduling.finish_past_slots": 300,
    "workshops.services.decisions.decide_due": 60,
    "workshops.services.reconfirmations.ask_who_comes": 60,
    "workshops.services.reconfirmations.give_up_silent_seats": 60,
    "workshops.services.reminders.remind": 60,
    "workshops.services.reminders.ask_afterwards": 300,
    "workshops.privacy.purge_due": 60,
    "polls.services.rounds.close_due_rounds": 5,
    "polls.services.rehearsals.delete_old_rehearsals": 600,
    "polls.services.players.forget_players": 3600,
    "participation.services.housekeeping.retry_failed_tasks": 60,
    "participation.services.housekeeping.forget_old_records": 3600,
    "participation.services.housekeeping.forget_old_tasks": 3600,
    "participation.services.housekeeping.forget_old_receipts": 3600,
    "participation.services.housekeeping.forget_ended_sessions": 3600,
    "participation.services.ideas.forget_unconfirmed": 3600,
}

# --- API -----------------------------------------------------------------------------------------

# Against floods, not against people: a school class or a full hall shares one address.
RATE_LIMITS = env.flag("RATE_LIMITS", default=True)
GUEST_WRITES_A_MINUTE = env.number("GUEST_WRITES_A_MINUTE", 1200)
COUNTS_A_MINUTE = env.number("COUNTS_A_MINUTE", 1200)  # requests, of one stand

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "participation.api_formats.KeyAuthentication",
        "participation.api_formats.DeviceAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["participation.api_formats.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["participation.api_formats.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "participation.api_schema.AutoSchema",
    "EXCEPTION_HANDLER": "participation.api_problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mitwirk",
    "DESCRIPTION": "Workshops, live polls and ideas of the municipalities of Südwestfalen.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "participation.api_schema.add_problem",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "MunicipalityStateEnum": "participation.models.Municipality.State",
        "CoSignatureStateEnum": "participation.models.CoSignature.State",
        "IdeaStateEnum": "participation.models.ideas.State",
        "IdeaConfirmationEnum": ["confirmed", "confirm_by_mail"],
        "WorkshopStateEnum": "workshops.models.Workshop.State",
        "NewWorkshopStateEnum": ["draft", "published"],
        "SlotStateEnum": "workshops.models.Slot.State",
        "NewSlotStateEnum": ["draft", "open"],
        "BookingStateEnum": "workshops.models.Booking.State",
        "BookingSourceEnum": "workshops.models.Booking.Source",
        "WaitEntryStateEnum": "workshops.models.WaitEntry.State",
        "ScanKindEnum": "workshops.models.Scan.Kind",
        "PaperKindEnum": "polls.models.PaperTally.Kind",
        "ScanOutcomeEnum": "workshops.models.Scan.Outcome",
        "ScanReasonEnum": "workshops.models.Scan.Reason",
        "LiveSessionKindEnum": "polls.models.LiveSession.Kind",
        "LiveSessionStateEnum": "polls.models.LiveSession.State",
        "JointPartStateEnum": "polls.models.JointPart.State",
        "ContributionKindEnum": "polls.models.Contribution.Kind",
        "ContributionStateEnum": "polls.models.Contribution.State",
        "RoundStateEnum": "polls.models.Round.State",
        "OpenDayStateEnum": "workshops.models.OpenDay.State",
        "QuestionKindEnum": "workshops.models.Question.Kind",
        "QuestionAskedEnum": "workshops.models.Question.Asked",
        "DeviceStateEnum": ["waiting", "paired", "revoked"],
        "DoorTicketStateEnum": ["valid", "cancelled", "revoked"],
    },
}

# The level stands on the handler too: the task worker sets its own loggers to INFO.
LOG_LEVEL = env.text("LOG_LEVEL", "WARNING")
_CONSOLE = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"secrets": {"()": "config.quiet_logs.HideSecrets"}},
    "handlers": {"console": {**_CONSOLE, "level": LOG_LEVEL}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # A refused request is an answer, not an event.
    "loggers": {"django.request": {"level": "ERROR"}},
}
