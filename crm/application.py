"""The assembly: mechanisms first, then each feature in order."""

import os
from datetime import timedelta

from click import ClickException
from flask import Flask
from flask_compress import Compress
from whitenoise import WhiteNoise

from config import Config, Unusable
from crm import cli
from crm.core import (
    bulk_changes,
    conditions,
    derived_rows,
    events,
    fields,
    idempotency,
    inbound_mail,
    jobs,
    labels,
    long_work,
    mail,
    permissions,
    private_files,
    progress,
    references,
    search,
    served_address,
    ties,
    tokens,
    undo,
)
from crm.core.db import Database
from crm.features import FEATURES
from crm.tasks import jobs as tasks
from crm.web import addresses, errors, gate, health, i18n, logs, rendering, security, uploads
from crm.web.feature import Feature

COOKIE_PREFIX = "__Host-"


def create_app(config: Config | None = None) -> Flask:
    """Return the application for `config`, which by default is read from the environment."""
    try:
        config = config or Config.from_environment(os.environ)
    except Unusable as error:
        # Whoever starts Kring by a command reads one sentence.
        raise ClickException(str(error)) from error
    app = Flask("crm", template_folder="../templates", static_folder="static")
    use_settings(app, config)
    Compress(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        root=f"{app.root_path}/static",
        prefix="static/",
        # The names of built files hold a digest of what is in them.
        immutable_file_test=lambda _path, url: "/dist/" in url,
    )
    logs.init()
    gate.init(app)
    security.init(app, proxies=config.proxies, secure=config.secure_cookies)
    i18n.init(app, locale=config.locale, timezone=config.timezone)
    uploads.init(app, limit=config.upload_limit)
    errors.init(app)
    rendering.init(app, FEATURES)
    addresses.init(app)
    health.init(app)
    jobs.register("once.forget", idempotency.forget_old, every=timedelta(hours=6))
    for feature in FEATURES:
        _add(app, feature)
    cli.init(app)
    return app


def use_settings(app: Flask, config: Config) -> None:
    """Let an application work by `config`, and on its database."""
    private_files.tighten_all(config.data_dir, config.database_url)
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        # Both, as the second says nothing of bodies that are urlencoded.
        MAX_CONTENT_LENGTH=config.form_limit,
        MAX_FORM_MEMORY_SIZE=config.form_limit,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        SESSION_COOKIE_NAME=f"{COOKIE_PREFIX if config.secure_cookies else ''}kring",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form that was long open is not lost.
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=config.rate_limit_storage,
        RATELIMIT_ENABLED=config.rate_limits,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.extensions["kring_config"] = config
    app.extensions["kring_database"] = Database(config.database_url)
    tokens.use_key(config.secret_key)
    mail.use_settings(_mail(config))
    progress.use_folder(config.data_dir)
    ties.use_plenary(config.plenary_above)
    app.extensions["kring_link_time"] = timedelta(hours=config.link_hours)
    app.extensions["kring_session_times"] = {
        "idle": timedelta(minutes=config.idle_minutes),
        "absolute": timedelta(hours=config.session_hours),
    }


def _mail(config: Config) -> mail.MailSettings:
    return mail.MailSettings(
        server=config.mail_server,
        sender=config.mail_from,
        sender_name=config.mail_name,
        throttle=config.mail_throttle,
        bounce_address=config.bounce_address,
        bounce_mailbox=config.bounce_mailbox,
        base_url=config.base_url or served_address.last_known(config.data_dir),
        folder=config.data_dir / "mail",
    )


def _add(app: Flask, feature: Feature) -> None:
    permissions.declare(dict(feature.rules))
    references.register(feature.references)
    ties.register(feature.ties)
    derived_rows.register(feature.followers)
    conditions.register(feature.conditions)
    fields.register(feature.fields)
    labels.register(feature.labels)
    bulk_changes.register(action.change for action in feature.bulk_actions)
    bulk_changes.provide(lambda: (action.change for action in feature.further_actions()))
    for source in feature.search:
        search.register(source)
    undo.register(feature.steps, feature.told)
    long_work.register(feature.tasks)
    for kind, reaction in feature.reactions:
        events.react(kind, reaction)
    for job in feature.jobs:
        jobs.register(
            job.kind,
            job.handler,
            every=job.every,
            given_up=job.given_up,
            is_long=job.is_long,
            is_needed=job.is_needed,
        )
    for task in feature.tasks:
        jobs.register(task.key, tasks.run, given_up=tasks.give_up, is_long=True)
    for mail_kind in feature.mail:
        mail.register(mail_kind)
    inbound_mail.register(feature.replies)
    for pages in feature.pages:
        app.register_blueprint(pages.blueprint)
    if feature.setup is not None:
        feature.setup(app)
