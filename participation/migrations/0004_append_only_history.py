"""The history of an idea is append-only: the database refuses to change or delete a step.

One change stays possible: `by_id` may be emptied when a person leaves. Test databases are emptied
without these triggers (see tests/append_only.py).
"""

from django.db import migrations

REFUSAL = "transitions are append-only"

POSTGRESQL = f"""
CREATE FUNCTION participation_transition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER append_only_transition_delete BEFORE DELETE ON participation_transition
    FOR EACH ROW EXECUTE FUNCTION participation_transition_refuse();
CREATE TRIGGER append_only_transition_update BEFORE UPDATE ON participation_transition
    FOR EACH ROW WHEN (
        NEW.by_id IS NOT NULL OR to_jsonb(NEW) - 'by_id' <> to_jsonb(OLD) - 'by_id'
    ) EXECUTE FUNCTION participation_transition_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER append_only_transition_update ON participation_transition;
DROP TRIGGER append_only_transition_delete ON participation_transition;
DROP FUNCTION participation_transition_refuse();
"""
SQLITE = (
    f"""CREATE TRIGGER append_only_transition_delete BEFORE DELETE ON participation_transition
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER append_only_transition_update BEFORE UPDATE ON participation_transition
    WHEN NEW.by_id IS NOT NULL OR NEW.id <> OLD.id OR NEW.idea_id <> OLD.idea_id
        OR NEW.from_state <> OLD.from_state OR NEW.to_state <> OLD.to_state
        OR NEW.rule <> OLD.rule OR NEW.reason <> OLD.reason OR NEW.role <> OLD.role
        OR NEW.created_at <> OLD.created_at
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER append_only_transition_update",
    "DROP TRIGGER append_only_transition_delete",
)


def forwards(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (POSTGRESQL,) if postgresql else SQLITE:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (POSTGRESQL_BACK,) if postgresql else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("participation", "0003_ideas")]

    operations = [migrations.RunPython(forwards, backwards)]
