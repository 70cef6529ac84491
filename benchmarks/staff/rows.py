"""Rows of national size in the product's own tables, made by the database itself, always the same.

One case with two parties, one obligation, two decisions, one debtor record and three history rows for each number.
Not here: the tables (migrations), law, calendar and agencies (the product's own commands), measuring.
"""

import psycopg
from werkzeug.security import generate_password_hash

from benchmarks.staff.names import SLOTS, names

PASSWORD = "Mật-khẩu đo 2026"  # noqa: S105 (of accounts that live as long as one measurement)
NATIONAL, LOCAL = "bench.national", "bench.local"

_MOMENT = "timestamptz '2026-01-05 08:00+07'"
_NUMBERED = f"""
SELECT i, h, g, leaf.id AS agency_id, leaf.path AS agency_path, who.full_name, who.name_fold, who.name_sort
FROM (SELECT i, (hashint8(i) & 2147483647) AS h, (hashint8(i + 7) & 2147483647) AS g
      FROM generate_series(1::bigint, %(size)s) i) n
JOIN bench_leaf leaf ON leaf.n = n.h % (SELECT count(*) FROM bench_leaf)
JOIN bench_name who ON who.n = n.g % {SLOTS}
"""
_STATEMENTS = (
    f"""CREATE UNLOGGED TABLE bench_row AS {_NUMBERED}""",
    f"""INSERT INTO enforcement_case (id, agency_id, agency_path, case_number, origin, state, judgment_number,
        judgment_on, court_name, accepted_on, next_verification_due_on, is_sample, version, created_at, changed_at)
    SELECT i, agency_id, agency_path, i || '/QĐ-CCTHADS', (array['ex_officio', 'on_request'])[1 + h % 2],
        (array['accepted', 'verifying', 'enforcing', 'non_enforceable', 'completed'])[1 + g % 5],
        1 + g % 900 || '/' || 2012 + h % 14 || '/DS-ST', date '2012-01-01' + h % 5000,
        'Tòa án nhân dân huyện số ' || 1 + h % 30, date '2020-01-01' + h % 2100, date '2026-06-01' + g % 360,
        true, 1, {_MOMENT}, {_MOMENT} FROM bench_row""",
    f"""INSERT INTO case_party (id, agency_id, agency_path, case_id, role, kind, full_name, name_fold, name_sort,
        address, identity_number, is_sample, created_at, changed_at)
    SELECT 2 * i - side, r.agency_id, r.agency_path, i, CASE side WHEN 0 THEN 'debtor' ELSE 'creditor' END,
        'person', who.full_name, who.name_fold, who.name_sort,
        'Số ' || 1 + g % 999 || ' đường số ' || 1 + h % 60 || ', phường số ' || 1 + h % 30, NULL, true,
        {_MOMENT}, {_MOMENT}
    FROM bench_row r, generate_series(0, 1) side, bench_name who
    WHERE who.n = (r.g + side * 31) % {SLOTS}""",
    f"""INSERT INTO enforcement_obligation (id, agency_id, agency_path, case_id, debtor_id, obligation_code, amount_vnd,
        outstanding_amount_vnd, created_at, changed_at)
    SELECT i, agency_id, agency_path, i, 2 * i, 'loan_repayment', (1 + g % 90000) * 10000::bigint,
        (1 + g % 90000) * 10000::bigint, {_MOMENT}, {_MOMENT} FROM bench_row""",
    f"""INSERT INTO enforcement_decision (id, agency_id, agency_path, case_id, decision_number, decided_on, state,
        is_sample, version, created_at, changed_at)
    SELECT i, agency_id, agency_path, i, i || '/QĐ-CCTHADS', date '2020-01-01' + h % 2100, 'signed', true, 1,
        {_MOMENT}, {_MOMENT} FROM bench_row""",
    f"""INSERT INTO non_enforceable_decision (id, agency_id, agency_path, case_id, debtor_id,
        enforcement_decision_id, obligation_id, decision_number, decided_on, ground_code, state, is_sample, version,
        created_at, changed_at)
    SELECT i, agency_id, agency_path, i, 2 * i, i, i, i || '/QĐ-CĐK', date '2022-01-01' + h % 1500, '2015_a', 'signed',
        true, 1, {_MOMENT}, {_MOMENT} FROM bench_row""",
    f"""INSERT INTO debtor_record (id, agency_id, agency_path, public_id, decision_id, state, full_name, address,
        judgment_number, judgment_on, court_name, enforcement_decision_number, enforcement_decision_on,
        obligation_code, obligation_amount_vnd, reason_code, published_on, updated_on, publish_due_on, name_fold,
        name_sort, is_sample, version, created_at, changed_at)
    SELECT i, agency_id, agency_path, left(translate(md5(i::text), 'ilou', 'xyzw'), 16), i, 'published', full_name,
        'Số ' || 1 + g % 999 || ' đường số ' || 1 + h % 60 || ', phường số ' || 1 + h % 30 ||
        ', quận/huyện số ' || 1 + h % 30 || ', tỉnh/thành phố số ' || 1 + h % 63 || ' (dữ liệu mẫu)',
        1 + g % 900 || '/' || 2012 + h % 14 || '/DS-ST', date '2012-01-01' + h % 5000,
        'Tòa án nhân dân huyện số ' || 1 + h % 30, i || '/QĐ-CCTHADS', date '2020-01-01' + h % 2100,
        'loan_repayment', (1 + g % 90000) * 10000::bigint, '2015_a', date '2022-01-01' + h % 1500,
        date '2022-01-01' + h % 1500, date '2022-01-05' + h % 1500, name_fold, name_sort, true, 1, {_MOMENT}, {_MOMENT}
    FROM bench_row""",
    f"""INSERT INTO transition_log (agency_id, agency_path, subject_type, subject_id, workflow_version, transition,
        from_state, to_state, at)
    SELECT agency_id, agency_path, 'debtor_record', i, '2015',
        (array['draft', 'approve', 'publish'])[1 + step], (array[NULL, 'draft', 'approved'])[1 + step],
        (array['draft', 'approved', 'published'])[1 + step], {_MOMENT}
    FROM bench_row, generate_series(0, 2) step""",
    "DROP TABLE bench_row",
)
_FILLED = (
    "enforcement_case",
    "case_party",
    "enforcement_obligation",
    "enforcement_decision",
    "non_enforceable_decision",
    "debtor_record",
    "transition_log",
)


def fill(owner: str, size: int) -> None:
    """Make the rows of `size` cases. `owner` is the address of a migrated database with agencies and roles.

    The account must be a superuser: foreign keys are not checked row by row, and no row has an agency's scope.
    """
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        _prepare(connection)
        slow = _drop_slow_indexes(connection)
        for statement in _STATEMENTS:
            connection.execute(statement.replace("%(size)s", str(size)).encode())
        for definition in slow:
            connection.execute(definition.encode())
        for table in _FILLED:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))".encode()
            )
        _people(connection)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _prepare(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE UNLOGGED TABLE bench_leaf AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, id, path "
        "FROM enforcement_agency WHERE level = 'district'"
    )
    connection.execute(
        "CREATE UNLOGGED TABLE bench_name (n integer PRIMARY KEY, full_name text, name_fold text, name_sort text)"
    )
    with connection.cursor() as cursor, cursor.copy("COPY bench_name FROM STDIN") as copy:
        for number, name in enumerate(names()):
            copy.write_row((number, *name))
    connection.execute("ANALYZE bench_leaf, bench_name")


def _drop_slow_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop the inverted indexes, which cost less when they are made at once; returns how to make them again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s) "
        "AND indexdef ILIKE '%% USING gin %%'",
        (list(_FILLED),),
    ).fetchall()
    for name, _definition in found:
        connection.execute(f'DROP INDEX "{name}"'.encode())
    return [definition for _name, definition in found]


def _people(connection: psycopg.Connection) -> None:
    """One head of the national agency, who sees everything, and one of a small agency."""
    for username, agency in ((NATIONAL, "level = 'national'"), (LOCAL, "code = 'CC100'")):
        connection.execute(
            "INSERT INTO ab_user (first_name, last_name, username, password, active, email, agency_id, session_epoch, "
            "is_sample, created_on, changed_on) SELECT 'Đo', 'Người', %s, %s, true, %s, id, 0, true, now(), now() "
            f"FROM enforcement_agency WHERE {agency} ORDER BY code LIMIT 1",
            (
                username,
                generate_password_hash(PASSWORD, method="pbkdf2:sha256:1"),
                f"{username}@example.vn",
            ),
        )
        connection.execute(
            "INSERT INTO ab_user_role (user_id, role_id) SELECT u.id, r.id FROM ab_user u, ab_role r "
            "WHERE u.username = %s AND r.name = 'head'",
            (username,),
        )
