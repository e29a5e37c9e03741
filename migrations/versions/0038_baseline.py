"""The whole schema as it was before the first release; every later step begins here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Compared sign by sign on both engines: PostgreSQL would else sort by the rules of its locale.
SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")

# Words that columns of several tables hold.
ROLES = "leader planner reviewer"
HELIXES = "government research business end_users"
KINDS = "person organisation"
GROUNDS = "project_work session panel news"
PURPOSES = (
    "invite reminder confirmation change cancellation waiting offer thanks consent_request "
    "news details colleague reset address ties"
)
ANSWERS = "none yes maybe no waiting offered lapsed withdrawn revoked"
ANSWERERS = "link ical_reply planner system"


def upgrade() -> None:
    """Go to this schema."""
    _accounts_and_projects()
    _trail_and_work()
    _search()
    _register()
    _consent_and_segments()
    _duplicates()
    _imports()
    _messages()
    _initiatives()
    _sessions()
    _invitations()
    _networks()


def _accounts_and_projects() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        _word("theme", "theme", "auto light dark"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("email_confirmed_at", MOMENT, nullable=True),
        _primary("account"),
        _unique("account", "email_key"),
    )
    op.create_table(
        "user_session",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("user_session", "account_id", "account", "CASCADE"),
        _primary("user_session"),
        _unique("user_session", "token_hash"),
    )
    op.create_index("ix_user_session_account_id", "user_session", ["account_id"])
    op.create_table(
        "visit",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("previous_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("visit", "account_id", "account", "CASCADE"),
        _primary("visit"),
        _unique("visit", "account_id"),
    )
    op.create_table(
        "project",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("smallest_group", sa.Integer(), nullable=False),
        sa.Column("reply_address", sa.String(), nullable=False),
        _primary("project"),
        _unique("project", "slug"),
    )
    op.create_table(
        "membership",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _word("role", "role", ROLES),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("membership", "project_id", "project", "CASCADE"),
        _key("membership", "account_id", "account", "CASCADE"),
        _primary("membership"),
        _unique("membership", "project_id", "account_id"),
    )
    op.create_index("ix_membership_account_id", "membership", ["account_id"])
    op.create_table(
        "access_link",
        _word("purpose", "linkpurpose", "first_administrator join reset address"),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        _word("role", "role", ROLES, nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("is_mailed", sa.Boolean(), nullable=False, server_default=sa.false()),
        _key("access_link", "account_id", "account", "CASCADE"),
        _key("access_link", "project_id", "project", "CASCADE"),
        _key("access_link", "made_by_id", "account", "SET NULL"),
        _primary("access_link"),
        _unique("access_link", "token_hash"),
    )


def _trail_and_work() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("audit_chain"),
        _unique("audit_chain", "project_id"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("chained", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("audit_entry"),
    )
    op.create_index("ix_audit_entry_number", "audit_entry", ["project_id", "number"])
    op.create_index("ix_audit_entry_row_id", "audit_entry", ["row_id"])
    op.create_table(
        "audit_value",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("audit_value", "entry_id", "audit_entry", "CASCADE"),
        _primary("audit_value"),
        _unique("audit_value", "entry_id"),
    )
    op.create_table(
        "access_entry",
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("access_entry"),
    )
    op.create_index("ix_access_entry_project_id", "access_entry", ["project_id"])
    op.create_table(
        "step",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", JSON, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ranges", JSON, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("step", "made_by_id", "account", "SET NULL"),
        _key("step", "undone_by_id", "step", "SET NULL"),
        _key("step", "project_id", "project", "CASCADE"),
        _primary("step"),
    )
    op.create_index("ix_step_made", "step", ["project_id", "id"])
    op.create_index("ix_step_undone_by_id", "step", ["undone_by_id"])
    op.create_table(
        "job",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("payload", JSON, nullable=False),
        _word("state", "jobstate", "queued running done failed"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("job"),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"])
    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("sent_form"),
        _unique("sent_form", "key"),
    )
    op.create_index("ix_sent_form_sent_at", "sent_form", ["sent_at"])
    op.create_table(
        "use_count",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("use_count"),
        _unique("use_count", "name"),
    )
    op.create_index("ix_use_count_ends_at", "use_count", ["ends_at"])


def _search() -> None:
    op.create_table(
        "search_document",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("head", SORTED, nullable=False),
        _key("search_document", "project_id", "project", "CASCADE"),
        _primary("search_document"),
        _unique("search_document", "kind", "subject_id"),
    )
    op.create_index("ix_search_document_project_kind", "search_document", ["project_id", "kind"])
    op.create_table(
        "search_word",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", SORTED, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("search_word", "project_id", "project", "CASCADE"),
        _primary("search_word"),
        _unique("search_word", "project_id", "word", "kind"),
    )
    op.create_index("ix_search_word_project_id_id", "search_word", ["project_id", "id"])
    _index_words()


def _register() -> None:
    op.create_table(
        "area",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("area"),
        _unique("area", "name", "code", "year"),
    )
    op.create_index("ix_area_name_key", "area", ["name_key"])
    op.create_table(
        "organisation",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("sort_key", SORTED, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        _word("helix", "helix", HELIXES),
        _word("second_helix", "second_helix", HELIXES, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _key("organisation", "area_id", "area"),
        _key("organisation", "project_id", "project", "CASCADE"),
        _primary("organisation"),
    )
    op.create_index("ix_organisation_area_id", "organisation", ["area_id"])
    op.create_index("ix_organisation_key", "organisation", ["project_id", "name_key"])
    op.create_index("ix_organisation_sort", "organisation", ["project_id", "sort_key", "id"])
    op.create_table(
        "organisation_tag",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("organisation_tag", "organisation_id", "organisation", "CASCADE"),
        _key("organisation_tag", "project_id", "project", "CASCADE"),
        _primary("organisation_tag"),
        _unique("organisation_tag", "organisation_id", "word_key"),
    )
    op.create_index("ix_organisation_tag_word", "organisation_tag", ["project_id", "word_key"])
    op.create_table(
        "person",
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("surname", sa.String(), nullable=False),
        sa.Column("partner_prefix", sa.String(), nullable=False),
        sa.Column("partner_surname", sa.String(), nullable=False),
        _word("name_use", "nameuse", "own partner partner_then_own own_then_partner"),
        _word("form_of_address", "formofaddress", "madam sir neutral"),
        sa.Column("sort_key", SORTED, nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=True),
        sa.Column("hidden_source", sa.String(), nullable=False),
        _key("person", "area_id", "area"),
        _key("person", "project_id", "project", "CASCADE"),
        _primary("person"),
        _unique("person", "project_id", "pseudonym"),
    )
    op.create_index("ix_person_area_id", "person", ["area_id"])
    op.create_index("ix_person_sort", "person", ["project_id", "sort_key", "id"])
    op.create_table(
        "affiliation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        _word("helix", "helix", HELIXES),
        sa.Column("helix_reason", sa.String(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _check("affiliation", "period", "until IS NULL OR since IS NULL OR since <= until"),
        _key("affiliation", "person_id", "person", "CASCADE"),
        _key("affiliation", "organisation_id", "organisation", "CASCADE"),
        _key("affiliation", "project_id", "project", "CASCADE"),
        _primary("affiliation"),
    )
    op.create_index("ix_affiliation_helix", "affiliation", ["project_id", "helix"])
    op.create_index("ix_affiliation_organisation_id", "affiliation", ["organisation_id"])
    op.create_index("ix_affiliation_person", "affiliation", ["person_id", "is_main"])
    _partial("uq_affiliation_main", "affiliation", ["person_id"], "is_main", unique=True)
    op.create_table(
        "email",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("email", "person_id", "person", "CASCADE"),
        _key("email", "project_id", "project", "CASCADE"),
        _primary("email"),
    )
    op.create_index("ix_email_key", "email", ["project_id", "address_key"])
    op.create_index("ix_email_person_id", "email", ["person_id"])
    op.create_table(
        "phone",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("phone", "person_id", "person", "CASCADE"),
        _key("phone", "project_id", "project", "CASCADE"),
        _primary("phone"),
    )
    op.create_index("ix_phone_number", "phone", ["project_id", "number"])
    op.create_index("ix_phone_person_id", "phone", ["person_id"])
    op.create_table(
        "person_tag",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("person_tag", "person_id", "person", "CASCADE"),
        _key("person_tag", "project_id", "project", "CASCADE"),
        _primary("person_tag"),
        _unique("person_tag", "person_id", "word_key"),
    )
    op.create_index("ix_person_tag_word", "person_tag", ["project_id", "word_key"])
    op.create_table(
        "given_pseudonym",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("given_pseudonym", "project_id", "project", "CASCADE"),
        _primary("given_pseudonym"),
        _unique("given_pseudonym", "project_id", "number"),
    )
    op.create_table(
        "former_record",
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _check("former_record", "one_kind", "(person_id IS NULL) <> (organisation_id IS NULL)"),
        _key("former_record", "person_id", "person", "CASCADE"),
        _key("former_record", "organisation_id", "organisation", "CASCADE"),
        _key("former_record", "project_id", "project", "CASCADE"),
        _primary("former_record"),
    )
    op.create_index("ix_former_record_old", "former_record", ["project_id", "old_id"])
    op.create_index("ix_former_record_organisation_id", "former_record", ["organisation_id"])
    op.create_index("ix_former_record_person_id", "former_record", ["person_id"])


def _consent_and_segments() -> None:
    op.create_table(
        "contact_basis",
        sa.Column("person_id", sa.Integer(), nullable=False),
        _word("purpose", "contactpurpose", GROUNDS),
        _word("basis", "basis", "public_task consent not_asked declined withdrawn"),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _check(
            "contact_basis",
            "fitting",
            "(basis <> 'public_task' OR purpose NOT IN ('panel', 'news')) "
            "AND (basis <> 'consent' OR purpose <> 'session')",
        ),
        _key("contact_basis", "person_id", "person", "CASCADE"),
        _key("contact_basis", "project_id", "project", "CASCADE"),
        _primary("contact_basis"),
        _unique("contact_basis", "person_id", "purpose"),
    )
    op.create_table(
        "objection",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("objection", "person_id", "person", "CASCADE"),
        _key("objection", "project_id", "project", "CASCADE"),
        _primary("objection"),
        _unique("objection", "person_id"),
    )
    op.create_table(
        "segment",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("segment", "account_id", "account", "CASCADE"),
        _key("segment", "project_id", "project", "CASCADE"),
        _primary("segment"),
        _unique("segment", "project_id", "account_id", "name"),
    )
    op.create_table(
        "bulk_order",
        sa.Column("action", sa.String(), nullable=False),
        _word("state", "orderstate", "under_way done stopped not_allowed impossible"),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("person_ids", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False, server_default=sa.false()),
        _key("bulk_order", "made_by_id", "account", "SET NULL"),
        _key("bulk_order", "project_id", "project", "CASCADE"),
        _primary("bulk_order"),
    )


def _duplicates() -> None:
    op.create_table(
        "likeness_key",
        _word("kind", "kind", KINDS),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("is_crowded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("likeness_key", "project_id", "project", "CASCADE"),
        _primary("likeness_key"),
    )
    op.create_index("ix_likeness_key_block", "likeness_key", ["project_id", "kind", "key"])
    _partial("ix_likeness_key_crowded", "likeness_key", ["project_id", "kind", "key"], "is_crowded")
    op.create_index("ix_likeness_key_subject", "likeness_key", ["kind", "subject_id"])
    _partial("ix_likeness_key_waits", "likeness_key", ["project_id", "kind", "subject_id"], "waits")
    op.create_table(
        "likely_pair",
        _word("kind", "kind", KINDS),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("other_person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_organisation_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        _word("state", "pairstate", "open not_the_same"),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _check("likely_pair", "persons", "(person_id IS NULL) = (other_person_id IS NULL)"),
        _check(
            "likely_pair",
            "organisations",
            "(organisation_id IS NULL) = (other_organisation_id IS NULL)",
        ),
        _check("likely_pair", "one_kind", "(person_id IS NULL) <> (organisation_id IS NULL)"),
        _key("likely_pair", "person_id", "person", "CASCADE"),
        _key("likely_pair", "other_person_id", "person", "CASCADE"),
        _key("likely_pair", "organisation_id", "organisation", "CASCADE"),
        _key("likely_pair", "other_organisation_id", "organisation", "CASCADE"),
        _key("likely_pair", "decided_by_id", "account", "SET NULL"),
        _key("likely_pair", "project_id", "project", "CASCADE"),
        _primary("likely_pair"),
        _unique("likely_pair", "person_id", "other_person_id"),
        _unique("likely_pair", "organisation_id", "other_organisation_id"),
    )
    op.create_index("ix_likely_pair_list", "likely_pair", ["project_id", "kind", "state", "score"])
    op.create_index(
        "ix_likely_pair_other_organisation_id", "likely_pair", ["other_organisation_id"]
    )
    op.create_index("ix_likely_pair_other_person_id", "likely_pair", ["other_person_id"])


def _imports() -> None:
    op.create_table(
        "contact_import",
        sa.Column("file_name", sa.String(), nullable=False),
        _word("state", "importstate", "uploaded mapped done cancelled"),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.String(), nullable=False, server_default="{}"),
        sa.Column("rejected_rows", sa.String(), nullable=False, server_default=""),
        sa.Column("skipped", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("handled", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("lost_right", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("overview", sa.String(), nullable=True),
        sa.Column("asked_words", sa.String(), nullable=False, server_default="[]"),
        sa.Column("failed", sa.Boolean(), nullable=False, server_default=sa.false()),
        _key("contact_import", "made_by_id", "account", "SET NULL"),
        _key("contact_import", "project_id", "project", "CASCADE"),
        _primary("contact_import"),
    )
    op.create_table(
        "contact_import_file",
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_text", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("delimiter", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("contact_import_file", "contact_import_id", "contact_import", "CASCADE"),
        _key("contact_import_file", "project_id", "project", "CASCADE"),
        _primary("contact_import_file"),
        _unique("contact_import_file", "contact_import_id"),
    )
    op.create_table(
        "contact_import_part",
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("contact_import_part", "contact_import_id", "contact_import", "CASCADE"),
        _key("contact_import_part", "project_id", "project", "CASCADE"),
        _primary("contact_import_part"),
        _unique("contact_import_part", "contact_import_id", "number"),
    )
    op.create_table(
        "person_origin",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(), nullable=False, server_default="{}"),
        sa.Column("is_new", sa.Boolean(), nullable=False, server_default="0"),
        _key("person_origin", "person_id", "person", "CASCADE"),
        _key("person_origin", "contact_import_id", "contact_import", "CASCADE"),
        _key("person_origin", "project_id", "project", "CASCADE"),
        _primary("person_origin"),
    )
    op.create_index("ix_person_origin_contact_import_id", "person_origin", ["contact_import_id"])
    op.create_index("ix_person_origin_person_id", "person_origin", ["person_id"])
    op.create_table(
        "organisation_origin",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("organisation_origin", "organisation_id", "organisation", "CASCADE"),
        _key("organisation_origin", "contact_import_id", "contact_import", "CASCADE"),
        _key("organisation_origin", "project_id", "project", "CASCADE"),
        _primary("organisation_origin"),
    )
    op.create_index(
        "ix_organisation_origin_contact_import_id", "organisation_origin", ["contact_import_id"]
    )
    op.create_index(
        "ix_organisation_origin_organisation_id", "organisation_origin", ["organisation_id"]
    )
    op.create_table(
        "remembered_columns",
        sa.Column("headings_key", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("remembered_columns", "project_id", "project", "CASCADE"),
        _primary("remembered_columns"),
        _unique("remembered_columns", "project_id", "headings_key"),
    )
    op.create_table(
        "remembered_word",
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("word_key", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("remembered_word", "project_id", "project", "CASCADE"),
        _primary("remembered_word"),
        _unique("remembered_word", "project_id", "field", "word_key"),
    )


def _messages() -> None:
    op.create_table(
        "message_template",
        sa.Column("project_id", sa.Integer(), nullable=True),
        _word("purpose", "purpose", PURPOSES),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("message_template", "project_id", "project", "CASCADE"),
        _key("message_template", "made_by_id", "account", "SET NULL"),
        _primary("message_template"),
        _unique("message_template", "project_id", "purpose", "language", "version"),
    )
    _partial(
        "uq_message_template_installation",
        "message_template",
        ["purpose", "language", "version"],
        "project_id IS NULL",
        unique=True,
    )
    op.create_table(
        "message_batch",
        sa.Column("key", sa.String(), nullable=False),
        _word("purpose", "purpose", PURPOSES),
        sa.Column("title", sa.String(), nullable=False),
        _word("state", "batchstate", "queued paused cancelled"),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("templates", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _key("message_batch", "made_by_id", "account", "SET NULL"),
        _key("message_batch", "project_id", "project", "CASCADE"),
        _primary("message_batch"),
        _unique("message_batch", "key"),
    )
    op.create_table(
        "outbox_message",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        _word("purpose", "purpose", PURPOSES),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("send_not_after", MOMENT, nullable=True),
        _word(
            "state",
            "messagestate",
            "queued claimed handing_over accepted uncertain rejected failed withheld "
            "superseded cancelled expired bounced filed",
        ),
        _word(
            "reason",
            "reason",
            "unsubscribed objected declined not_allowed once_only answered cancelled revoked "
            "outdated too_late no_address address_fails not_invited",
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("data_started_at", MOMENT, nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("date_header", sa.String(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=True),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("last_enhanced", sa.String(), nullable=False),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("outbox_message", "project_id", "project", "CASCADE"),
        _key("outbox_message", "person_id", "person", "SET NULL"),
        _key("outbox_message", "account_id", "account", "SET NULL"),
        _key("outbox_message", "batch_id", "message_batch", "SET NULL"),
        _key("outbox_message", "template_id", "message_template", "SET NULL"),
        _primary("outbox_message"),
        _unique("outbox_message", "dedup_key"),
        _unique("outbox_message", "public_name"),
    )
    op.create_index("ix_outbox_message_about", "outbox_message", ["purpose", "about_id"])
    op.create_index("ix_outbox_message_batch", "outbox_message", ["batch_id", "state"])
    _partial(
        "ix_outbox_message_due",
        "outbox_message",
        ["priority", "not_before", "id"],
        "state IN ('queued', 'claimed', 'handing_over')",
    )
    op.create_index("ix_outbox_message_person_id", "outbox_message", ["person_id"])
    op.create_index("ix_outbox_message_project_id", "outbox_message", ["project_id"])
    op.create_index("ix_outbox_message_template_id", "outbox_message", ["template_id"])
    op.create_table(
        "delivery_event",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _word(
            "kind",
            "deliverykind",
            "accepted deferred rejected failed uncertain bounced delayed sent_again filed",
        ),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("delivery_event", "project_id", "project", "CASCADE"),
        _key("delivery_event", "message_id", "outbox_message", "CASCADE"),
        _primary("delivery_event"),
    )
    op.create_index("ix_delivery_event_message_id", "delivery_event", ["message_id"])
    op.create_table(
        "person_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("person_link", "person_id", "person", "CASCADE"),
        _key("person_link", "project_id", "project", "CASCADE"),
        _primary("person_link"),
        _unique("person_link", "public_name"),
    )
    op.create_index("ix_person_link_person_id", "person_link", ["person_id"])
    op.create_table(
        "suppression",
        sa.Column("address_digest", sa.String(), nullable=False),
        _word("scope", "suppressionscope", "all bulk"),
        _word(
            "reason", "suppressionreason", "unsubscribed objected hard_bounce soft_bounces manual"
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("suppression"),
        _unique("suppression", "address_digest", "scope"),
    )
    op.create_table(
        "inbound_message",
        sa.Column("message_id", sa.String(), nullable=False),
        _word("kind", "inboundkind", "bounce auto_reply reply other"),
        sa.Column("outbox_message_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("inbound_message", "outbox_message_id", "outbox_message", "SET NULL"),
        _primary("inbound_message"),
        _unique("inbound_message", "message_id"),
    )
    op.create_index(
        "ix_inbound_message_outbox_message_id", "inbound_message", ["outbox_message_id"]
    )
    op.create_table(
        "reply",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        _word("kind", "replykind", "calendar human"),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        _word("proposed", "given", "yes maybe no", nullable=True),
        _word(
            "why",
            "why",
            "unclear unproven stranger delegated outdated overtaken full closed cancelled off_list",
            nullable=True,
        ),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("reply", "person_id", "person", "CASCADE"),
        _key("reply", "closed_by_id", "account", "SET NULL"),
        _key("reply", "project_id", "project", "CASCADE"),
        _primary("reply"),
        _unique("reply", "project_id", "message_id"),
    )
    op.create_index("ix_reply_person_id", "reply", ["person_id"])
    op.create_index("ix_reply_received", "reply", ["project_id", "received_at"])
    op.create_table(
        "relay_state",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", MOMENT, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        _primary("relay_state"),
        _unique("relay_state", "relay"),
    )
    op.create_table(
        "relay_connection",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("relay_connection"),
        _unique("relay_connection", "relay", "number"),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _primary("worker_heartbeat"),
        _unique("worker_heartbeat", "worker"),
    )


def _initiatives() -> None:
    op.create_table(
        "initiative",
        sa.Column("name", sa.String(), nullable=False),
        _word("track", "initiativetrack", "initiative pilot"),
        _word(
            "status",
            "initiativestatus",
            "exploring requested developing running realised refused stopped",
        ),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _check("initiative", "period", "until IS NULL OR since IS NULL OR since <= until"),
        _key("initiative", "area_id", "area"),
        _key("initiative", "project_id", "project", "CASCADE"),
        _primary("initiative"),
    )
    op.create_index("ix_initiative_area_id", "initiative", ["area_id"])
    op.create_index("ix_initiative_name", "initiative", ["project_id", "name"])
    op.create_table(
        "involvement",
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _check("involvement", "period", "until IS NULL OR since IS NULL OR since <= until"),
        _check("involvement", "stakeholder", "(person_id IS NULL) <> (organisation_id IS NULL)"),
        _key("involvement", "initiative_id", "initiative", "CASCADE"),
        _key("involvement", "person_id", "person", "CASCADE"),
        _key("involvement", "organisation_id", "organisation", "CASCADE"),
        _key("involvement", "project_id", "project", "CASCADE"),
        _primary("involvement"),
    )
    op.create_index("ix_involvement_initiative_id", "involvement", ["initiative_id"])
    op.create_index("ix_involvement_organisation_id", "involvement", ["organisation_id"])
    op.create_index("ix_involvement_person_id", "involvement", ["person_id"])


def _sessions() -> None:
    op.create_table(
        "design_session",
        sa.Column("title", sa.String(), nullable=False),
        _word(
            "kind",
            "sessionkind",
            "project_group design_session field_visit decision evaluation other",
        ),
        _word("phase", "designphase", "discover define develop deliver", nullable=True),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts_local", sa.String(), nullable=False),
        sa.Column("ends_local", sa.String(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _word("state", "sessionstate", "open closed cancelled"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answer_until_local", sa.String(), nullable=False),
        sa.Column("has_waiting_list", sa.Boolean(), nullable=False),
        _word("waiting_rule", "waitingrule", "first_come balance lot"),
        sa.Column("allows_colleague", sa.Boolean(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("answer_until", MOMENT, nullable=True),
        sa.Column("reminder_days", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        _check("design_session", "period", "starts_at <= ends_at"),
        _check("design_session", "capacity", "capacity IS NULL OR capacity > 0"),
        _check("design_session", "reminder_days", "reminder_days IS NULL OR reminder_days > 0"),
        _key("design_session", "contact_id", "account", "SET NULL"),
        _key("design_session", "project_id", "project", "CASCADE"),
        _primary("design_session"),
    )
    op.create_index("ix_design_session_start", "design_session", ["project_id", "starts_at"])
    op.create_table(
        "helix_target",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        _word("helix", "helix", HELIXES),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _check("helix_target", "seats", "seats >= 0"),
        _key("helix_target", "design_session_id", "design_session", "CASCADE"),
        _key("helix_target", "project_id", "project", "CASCADE"),
        _primary("helix_target"),
        _unique("helix_target", "design_session_id", "helix"),
    )
    op.create_table(
        "session_batch",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=True),
        _key("session_batch", "design_session_id", "design_session", "CASCADE"),
        _key("session_batch", "batch_id", "message_batch", "CASCADE"),
        _key("session_batch", "project_id", "project", "CASCADE"),
        _primary("session_batch"),
        _unique("session_batch", "design_session_id", "batch_id"),
    )
    op.create_index("ix_session_batch_batch_id", "session_batch", ["batch_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _key("calendar_feed", "account_id", "account", "CASCADE"),
        _key("calendar_feed", "project_id", "project", "CASCADE"),
        _primary("calendar_feed"),
        _unique("calendar_feed", "account_id", "project_id"),
        _unique("calendar_feed", "public_name"),
    )
    op.create_table(
        "attendance",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _word("helix", "helix", HELIXES),
        _word("status", "attendancestatus", "present excused no_show"),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("attendance", "design_session_id", "design_session", "CASCADE"),
        _key("attendance", "person_id", "person", "CASCADE"),
        _key("attendance", "project_id", "project", "CASCADE"),
        _primary("attendance"),
        _unique("attendance", "design_session_id", "person_id"),
    )
    op.create_index("ix_attendance_person_id", "attendance", ["person_id"])
    op.create_table(
        "attendance_list",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        _word("state", "liststate", "uploaded chosen done cancelled"),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_text", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("delimiter", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("decisions", sa.String(), nullable=False),
        sa.Column("left_out", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("look", sa.String(), nullable=True, server_default=""),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("handled", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("lost_right", sa.Boolean(), nullable=False, server_default=sa.false()),
        _key("attendance_list", "design_session_id", "design_session", "CASCADE"),
        _key("attendance_list", "made_by_id", "account", "SET NULL"),
        _key("attendance_list", "project_id", "project", "CASCADE"),
        _primary("attendance_list"),
    )
    op.create_index(
        "ix_attendance_list_design_session_id", "attendance_list", ["design_session_id"]
    )


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _word("helix", "helix", HELIXES),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        _word("purpose", "contactpurpose", GROUNDS),
        sa.Column("gave_address", sa.Boolean(), nullable=False),
        sa.Column("address_source", sa.String(), nullable=False),
        _word("answer", "answer", ANSWERS),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("calendar_status", sa.String(), nullable=False),
        sa.Column("times_invited", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.String(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        _word("answered_by", "answeredby", ANSWERERS, nullable=True),
        sa.Column("answered_sequence", sa.Integer(), nullable=True),
        sa.Column("reconfirm_sequence", sa.Integer(), nullable=True),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("lot", sa.Integer(), nullable=True),
        sa.Column("offer_until", MOMENT, nullable=True),
        sa.Column("call_after", MOMENT, nullable=True),
        sa.Column("someone_else_at", MOMENT, nullable=True),
        sa.Column("told_sequence", sa.Integer(), nullable=True),
        sa.Column("heard_before", sa.Integer(), nullable=False),
        _key("invitation", "design_session_id", "design_session", "CASCADE"),
        _key("invitation", "person_id", "person", "CASCADE"),
        _key("invitation", "project_id", "project", "CASCADE"),
        _primary("invitation"),
        _unique("invitation", "design_session_id", "person_id"),
        _unique("invitation", "calendar_id"),
        _unique("invitation", "public_name"),
    )
    op.create_index("ix_invitation_answer", "invitation", ["design_session_id", "answer"])
    op.create_index("ix_invitation_offer_until", "invitation", ["offer_until"])
    op.create_index("ix_invitation_person_id", "invitation", ["person_id"])
    op.create_table(
        "answer_event",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _word("by", "answeredby", ANSWERERS),
        _word("before", "answer_before", ANSWERS),
        _word("after", "answer_after", ANSWERS),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("answer_event", "invitation_id", "invitation", "CASCADE"),
        _key("answer_event", "project_id", "project", "CASCADE"),
        _primary("answer_event"),
    )
    op.create_index("ix_answer_event_invitation_id", "answer_event", ["invitation_id"])
    op.create_table(
        "need",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        _word("kind", "needkind", "access food"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("need", "invitation_id", "invitation", "CASCADE"),
        _key("need", "project_id", "project", "CASCADE"),
        _primary("need"),
        _unique("need", "invitation_id", "kind"),
    )
    op.create_table(
        "proposal",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        _word("state", "proposalstate", "proposed invited declined"),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("proposal", "invitation_id", "invitation", "CASCADE"),
        _key("proposal", "person_id", "person", "SET NULL"),
        _key("proposal", "project_id", "project", "CASCADE"),
        _primary("proposal"),
    )
    op.create_index("ix_proposal_invitation_id", "proposal", ["invitation_id"])
    op.create_index("ix_proposal_person_id", "proposal", ["person_id"])


def _networks() -> None:
    op.create_table(
        "saved_view",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("saved_view", "account_id", "account", "CASCADE"),
        _key("saved_view", "project_id", "project", "CASCADE"),
        _primary("saved_view"),
        _unique("saved_view", "project_id", "account_id", "name"),
    )
    op.create_table(
        "share_link",
        sa.Column("saved_view_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("share_link", "saved_view_id", "saved_view", "CASCADE"),
        _key("share_link", "made_by_id", "account", "SET NULL"),
        _key("share_link", "project_id", "project", "CASCADE"),
        _primary("share_link"),
        _unique("share_link", "token_hash"),
    )
    op.create_index("ix_share_link_saved_view_id", "share_link", ["saved_view_id"])
    op.create_table(
        "declared_tie",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_person_id", sa.Integer(), nullable=True),
        sa.Column("other_organisation_id", sa.Integer(), nullable=True),
        _word("said_by", "saidby", "team themselves"),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _check("declared_tie", "period", "until IS NULL OR since IS NULL OR since <= until"),
        _check("declared_tie", "one", "(person_id IS NULL) <> (organisation_id IS NULL)"),
        _check(
            "declared_tie", "other", "(other_person_id IS NULL) <> (other_organisation_id IS NULL)"
        ),
        _key("declared_tie", "person_id", "person", "CASCADE"),
        _key("declared_tie", "organisation_id", "organisation", "CASCADE"),
        _key("declared_tie", "other_person_id", "person", "CASCADE"),
        _key("declared_tie", "other_organisation_id", "organisation", "CASCADE"),
        _key("declared_tie", "project_id", "project", "CASCADE"),
        _primary("declared_tie"),
    )
    op.create_index("ix_declared_tie_organisation_id", "declared_tie", ["organisation_id"])
    op.create_index(
        "ix_declared_tie_other_organisation_id", "declared_tie", ["other_organisation_id"]
    )
    op.create_index("ix_declared_tie_other_person_id", "declared_tie", ["other_person_id"])
    op.create_index("ix_declared_tie_person_id", "declared_tie", ["person_id"])
    op.create_table(
        "declaring_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("missed", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("declaring_link", "person_id", "person", "CASCADE"),
        _key("declaring_link", "project_id", "project", "CASCADE"),
        _primary("declaring_link"),
        _unique("declaring_link", "person_id"),
        _unique("declaring_link", "token_hash"),
    )
    op.create_table(
        "name_lookup",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("name_lookup", "person_id", "person", "CASCADE"),
        _key("name_lookup", "account_id", "account", "SET NULL"),
        _key("name_lookup", "project_id", "project", "CASCADE"),
        _primary("name_lookup"),
    )
    op.create_index("ix_name_lookup_person_id", "name_lookup", ["person_id"])
    op.create_table(
        "network_layout",
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("points", JSON, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("laid_out_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("network_layout", "project_id", "project", "CASCADE"),
        _primary("network_layout"),
        _unique("network_layout", "project_id", "view"),
    )
    op.create_table(
        "network_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("values", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        _key("network_figures", "project_id", "project", "CASCADE"),
        _primary("network_figures"),
        _unique("network_figures", "project_id", "digest"),
    )


def _index_words() -> None:
    """Cut at spaces alone: what is folded has no other sign, and no rule of an engine matters."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "body, content='search_document', content_rowid='id', "
            "tokenize='ascii', prefix='2 3 4')"
        )
        return
    op.execute(
        "ALTER TABLE search_document ADD COLUMN search_index_words tsvector GENERATED ALWAYS "
        "AS (array_to_tsvector(string_to_array(body, ' '))) STORED"
    )
    # With PostgreSQL's own 4 MB of what waits, the planner reads all documents after a large
    # import instead, until the next vacuum.
    op.execute(
        "CREATE INDEX search_index_words_gin ON search_document USING gin (search_index_words) "
        "WITH (gin_pending_list_limit = 64)"
    )


def _word(column: str, check: str, words: str, *, nullable: bool = False) -> sa.Column[str]:
    """Return a column that holds one of some words, which a check holds it to."""
    kind = sa.Enum(*words.split(), name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _key(
    table: str, column: str, other: str, when_gone: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name, ondelete=when_gone)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _partial(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    """Make an index of the rows that a condition holds for."""
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
