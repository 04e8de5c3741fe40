"""The triggers that keep the door's record append-only, on both databases.

UPDATE is always refused. DELETE is refused until the slot of the booking that was shown is purged
(of what nobody here issued: the slot at whose door it was), so the purge service first sets the
slot's state and then deletes its scans.

SQLite changes a table by building it anew, which no trigger may watch: a migration that changes
slots, bookings or scans begins with LIFT and ends with SET.
"""

from django.db import migrations



REFUSAL = "workshops_scan is append-only"
OWNER = """
    coalesce((SELECT slot_id FROM workshops_booking WHERE id = OLD.booking_id), OLD.slot_id)
""".strip()

SQLITE = f"""
CREATE TRIGGER workshops_scan_no_update BEFORE UPDATE ON workshops_scan
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END;
CREATE TRIGGER workshops_scan_no_delete BEFORE DELETE ON workshops_scan
WHEN EXISTS (SELECT 1 FROM workshops_slot WHERE state <> 'purged' AND id = {OWNER})
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END;
"""

POSTGRESQL = f"""
CREATE FUNCTION workshops_scan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM workshops_slot WHERE state <> 'purged' AND id = {OWNER}
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER workshops_scan_append_only BEFORE UPDATE OR DELETE ON workshops_scan
FOR EACH ROW EXECUTE FUNCTION workshops_scan_append_only();
"""


def _run(schema_editor, script: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(script)
        return
    for statement in script.split("END;"):
        if statement.strip():
            schema_editor.execute(statement + ("END;" if "BEGIN" in statement else ""))


def forbid_changes(apps, schema_editor) -> None:
    _run(schema_editor, POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def allow_changes(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        _run(schema_editor, "DROP FUNCTION workshops_scan_append_only CASCADE;")
        return
    schema_editor.execute("DROP TRIGGER workshops_scan_no_update")
    schema_editor.execute("DROP TRIGGER workshops_scan_no_delete")


def lift_on_sqlite(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        allow_changes(apps, schema_editor)


def set_on_sqlite(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        forbid_changes(apps, schema_editor)


LIFT = migrations.RunPython(lift_on_sqlite, set_on_sqlite)
SET = migrations.RunPython(set_on_sqlite, lift_on_sqlite)
