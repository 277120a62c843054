"""Settings of the stock viewflow subject: what viewflow needs and nothing else."""

from pathlib import Path

from config import environment

SECRET_KEY = "benchmark"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "viewflow",
    "viewflow.workflow",
    "benchmarks.stock",
]
DATABASES = {"default": environment.database(Path(__file__).resolve().parent)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LOGGING_CONFIG = None
