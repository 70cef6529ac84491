"""first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    
    op.create_table('ab_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('label', sa.String(length=150), nullable=True),
    sa.Column('description', sa.String(length=512), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_permission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_register_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('registration_date', sa.DateTime(), nullable=True),
    sa.Column('registration_hash', sa.String(length=256), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email'),
    sa.UniqueConstraint('username')
    )
    op.create_table('ab_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_view_menu',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('agency_level_name',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('legal_basis', sa.String(length=200), nullable=False),
    sa.CheckConstraint("level IN ('national', 'provincial', 'district', 'regional')", name='ck_agency_level_name_level'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('level', 'valid_from', name='uq_agency_level_name')
    )
    op.create_table('calendar_override',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('confirmed', 'proposed')", name='ck_calendar_override_status'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('day')
    )
    op.create_table('enforcement_agency',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16).with_variant(sa.String(length=16, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_code', sa.String(length=2), nullable=True),
    sa.Column('district_code', sa.String(length=3), nullable=True),
    sa.Column('is_pilot_2018', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('legal_basis', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("level IN ('national', 'provincial', 'district', 'regional')", name='ck_enforcement_agency_level'),
    sa.CheckConstraint('valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from', name='ck_agency_validity'),
    sa.ForeignKeyConstraint(['parent_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['successor_id'], ['enforcement_agency.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    with op.batch_alter_table('enforcement_agency', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enforcement_agency_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index('ix_enforcement_agency_path', ['path'], unique=True)
        batch_op.create_index(batch_op.f('ix_enforcement_agency_successor_id'), ['successor_id'], unique=False)

    op.create_table('export_schedule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('package_name', sa.String(length=40), nullable=False),
    sa.Column('cron', sa.String(length=60), nullable=False),
    sa.Column('is_enabled', sa.Boolean(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('package_name')
    )
    op.create_table('job_effect',
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('message_id')
    )
    op.create_table('legal_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('rule_set', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.String(length=16), nullable=True),
    sa.Column('law', sa.String(length=120), nullable=False),
    sa.Column('article', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('title_vi', sa.String(length=400), nullable=False),
    sa.Column('title_en', sa.String(length=400), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('deadline', 'interval', 'limitation', 'condition', 'threshold', 'ground', 'field')", name='ck_legal_rule_kind'),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name='ck_legal_rule_validity'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code', 'valid_from', name='uq_legal_rule')
    )
    with op.batch_alter_table('legal_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_rule_rule_set'), ['rule_set'], unique=False)

    op.create_table('outbox_message',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('job', sa.String(length=80), nullable=False),
    sa.Column('queue', sa.String(length=20), nullable=False),
    sa.Column('arguments', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('pending', 'sent', 'done', 'failed')", name='ck_outbox_message_state'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_message_open', ['state', 'not_before'], unique=False)

    op.create_table('ab_group_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('group_id', 'role_id')
    )
    with op.batch_alter_table('ab_group_role', schema=None) as batch_op:
        batch_op.create_index('idx_group_id', ['group_id'], unique=False)
        batch_op.create_index('idx_group_role_id', ['role_id'], unique=False)

    op.create_table('ab_permission_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_id', sa.Integer(), nullable=False),
    sa.Column('view_menu_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['permission_id'], ['ab_permission.id'], ),
    sa.ForeignKeyConstraint(['view_menu_id'], ['ab_view_menu.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('permission_id', 'view_menu_id')
    )
    with op.batch_alter_table('ab_permission_view', schema=None) as batch_op:
        batch_op.create_index('idx_permission_id', ['permission_id'], unique=False)
        batch_op.create_index('idx_view_menu_id', ['view_menu_id'], unique=False)

    op.create_table('ab_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('last_login', sa.DateTime(), nullable=True),
    sa.Column('login_count', sa.Integer(), nullable=True),
    sa.Column('fail_login_count', sa.Integer(), nullable=True),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('changed_on', sa.DateTime(), nullable=True),
    sa.Column('created_by_fk', sa.Integer(), nullable=True),
    sa.Column('changed_by_fk', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('session_epoch', sa.Integer(), server_default='0', nullable=False),
    sa.Column('is_sample', sa.Boolean(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['changed_by_fk'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_fk'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email'),
    sa.UniqueConstraint('username')
    )
    with op.batch_alter_table('ab_user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ab_user_agency_id'), ['agency_id'], unique=False)

    op.create_table('agency_name',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('legal_basis', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agency_id', 'valid_from', name='uq_agency_name')
    )
    op.create_table('schedule_slot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('schedule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['schedule_id'], ['export_schedule.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('schedule_id', 'slot_at', name='uq_schedule_slot')
    )
    op.create_table('ab_api_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('key_hash', sa.String(length=256), nullable=False),
    sa.Column('lookup_hash', sa.String(length=256), nullable=True),
    sa.Column('key_prefix', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('expires_on', sa.DateTime(), nullable=True),
    sa.Column('revoked_on', sa.DateTime(), nullable=True),
    sa.Column('last_used_on', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('lookup_hash'),
    sa.UniqueConstraint('uuid')
    )
    with op.batch_alter_table('ab_api_key', schema=None) as batch_op:
        batch_op.create_index('idx_api_key_lookup_hash', ['lookup_hash'], unique=True)
        batch_op.create_index('idx_api_key_prefix', ['key_prefix'], unique=False)
        batch_op.create_index('idx_api_key_user_id', ['user_id'], unique=False)

    op.create_table('ab_permission_view_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_view_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['permission_view_id'], ['ab_permission_view.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('permission_view_id', 'role_id')
    )
    with op.batch_alter_table('ab_permission_view_role', schema=None) as batch_op:
        batch_op.create_index('idx_permission_view_id', ['permission_view_id'], unique=False)
        batch_op.create_index('idx_role_id', ['role_id'], unique=False)

    op.create_table('ab_user_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'group_id')
    )
    with op.batch_alter_table('ab_user_group', schema=None) as batch_op:
        batch_op.create_index('idx_user_group_id', ['group_id'], unique=False)
        batch_op.create_index('idx_user_id', ['user_id'], unique=False)

    op.create_table('ab_user_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'role_id')
    )
    op.create_table('enforcement_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_number', sa.String(length=40).with_variant(sa.String(length=40, collation='C'), 'postgresql'), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('judgment_number', sa.String(length=60), nullable=False),
    sa.Column('judgment_on', sa.Date(), nullable=False),
    sa.Column('court_name', sa.String(length=200), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('next_verification_due_on', sa.Date(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("origin IN ('ex_officio', 'on_request')", name='ck_enforcement_case_origin'),
    sa.CheckConstraint("state IN ('accepted', 'assigned', 'voluntary_period', 'verifying', 'enforcing', 'non_enforceable', 'separate_ledger', 'postponed', 'suspended', 'delegated', 'completed', 'terminated', 'returned')", name='ck_enforcement_case_state'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['officer_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agency_id', 'case_number', name='uq_enforcement_case_number')
    )
    with op.batch_alter_table('enforcement_case', schema=None) as batch_op:
        batch_op.create_index('ix_enforcement_case_accepted_on', ['accepted_on'], unique=False)
        batch_op.create_index('ix_enforcement_case_ended_on', ['ended_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_enforcement_case_officer_id'), ['officer_id'], unique=False)
        batch_op.create_index('ix_enforcement_case_scope', ['agency_path', 'id'], unique=False)

    op.create_table('export_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('package_name', sa.String(length=40), nullable=False),
    sa.Column('triggered_by', sa.String(length=16), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requested_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('progress_done', sa.BigInteger(), nullable=False),
    sa.Column('progress_total', sa.BigInteger(), nullable=True),
    sa.Column('progress_label', sa.String(length=80), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('package_version', sa.String(length=80), nullable=True),
    sa.Column('row_counts', sa.JSON(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('queued', 'running', 'publishing', 'published', 'unchanged', 'failed', 'cancelled')", name='ck_export_run_state'),
    sa.CheckConstraint("triggered_by IN ('schedule', 'button', 'command')", name='ck_export_run_triggered_by'),
    sa.CheckConstraint('progress_done >= 0', name='ck_export_run_progress'),
    sa.ForeignKeyConstraint(['requested_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['slot_id'], ['schedule_slot.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('slot_id')
    )
    with op.batch_alter_table('export_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_run_package_name'), ['package_name'], unique=False)

    op.create_table('transition_log',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workflow_version', sa.String(length=16), nullable=False),
    sa.Column('transition', sa.String(length=40), nullable=False),
    sa.Column('from_state', sa.String(length=24), nullable=True),
    sa.Column('to_state', sa.String(length=24), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('legal_basis', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('deadline', sa.JSON(), nullable=True),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('transition_log', schema=None) as batch_op:
        batch_op.create_index('ix_transition_log_scope', ['agency_path', 'id'], unique=False)
        batch_op.create_index('ix_transition_log_subject', ['subject_type', 'subject_id'], unique=False)

    op.create_table('case_party',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('name_fold', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name_sort', sa.String(length=400).with_variant(sa.String(length=400, collation='C'), 'postgresql'), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('identity_number', sa.String(length=20), nullable=True),
    sa.Column('birth_on', sa.Date(), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("kind IN ('person', 'organisation')", name='ck_case_party_kind'),
    sa.CheckConstraint("role IN ('debtor', 'creditor', 'related')", name='ck_case_party_role'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['enforcement_case.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('case_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_party_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_case_party_name_fold', ['name_fold'], unique=False)
        batch_op.create_index('ix_case_party_scope', ['agency_path', 'id'], unique=False)

    op.create_table('enforcement_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision_number', sa.String(length=60), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("state IN ('drafted', 'signed', 'withdrawn')", name='ck_enforcement_decision_state'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['enforcement_case.id'], ),
    sa.ForeignKeyConstraint(['signed_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('enforcement_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enforcement_decision_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_enforcement_decision_number', ['decision_number'], unique=False)
        batch_op.create_index('ix_enforcement_decision_scope', ['agency_path', 'id'], unique=False)

    op.create_table('enforcement_obligation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debtor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('obligation_code', sa.String(length=40), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('amount_vnd', sa.BigInteger(), nullable=True),
    sa.Column('outstanding_amount_vnd', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("obligation_code IN ('court_fee', 'fine', 'confiscation', 'recovery_of_illicit_gains', 'compensation', 'loan_repayment', 'contract_payment', 'maintenance', 'property_return', 'property_division', 'labour_payment', 'other_payment')", name='ck_enforcement_obligation_obligation_code'),
    sa.CheckConstraint('amount_vnd IS NULL OR amount_vnd >= 0', name='ck_obligation_amount'),
    sa.CheckConstraint('outstanding_amount_vnd IS NULL OR outstanding_amount_vnd >= 0', name='ck_obligation_rest'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['enforcement_case.id'], ),
    sa.ForeignKeyConstraint(['debtor_id'], ['case_party.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('enforcement_obligation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enforcement_obligation_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enforcement_obligation_debtor_id'), ['debtor_id'], unique=False)
        batch_op.create_index('ix_enforcement_obligation_scope', ['agency_path', 'id'], unique=False)

    op.create_table('non_enforceable_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debtor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enforcement_decision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('obligation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision_number', sa.String(length=60), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('ground_code', sa.String(length=16), nullable=False),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("state IN ('drafted', 'signed', 'withdrawn', 'superseded')", name='ck_non_enforceable_decision_state'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['enforcement_case.id'], ),
    sa.ForeignKeyConstraint(['debtor_id'], ['case_party.id'], ),
    sa.ForeignKeyConstraint(['enforcement_decision_id'], ['enforcement_decision.id'], ),
    sa.ForeignKeyConstraint(['obligation_id'], ['enforcement_obligation.id'], ),
    sa.ForeignKeyConstraint(['signed_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('non_enforceable_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_non_enforceable_decision_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_non_enforceable_decision_debtor_id'), ['debtor_id'], unique=False)
        batch_op.create_index('ix_non_enforceable_decision_decided_on', ['decided_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_non_enforceable_decision_enforcement_decision_id'), ['enforcement_decision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_non_enforceable_decision_obligation_id'), ['obligation_id'], unique=False)
        batch_op.create_index('ix_non_enforceable_decision_scope', ['agency_path', 'id'], unique=False)

    op.create_table('debtor_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16).with_variant(sa.String(length=16, collation='C'), 'postgresql'), nullable=False),
    sa.Column('decision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('judgment_number', sa.String(length=60), nullable=False),
    sa.Column('judgment_on', sa.Date(), nullable=False),
    sa.Column('court_name', sa.String(length=200), nullable=False),
    sa.Column('enforcement_decision_number', sa.String(length=60), nullable=False),
    sa.Column('enforcement_decision_on', sa.Date(), nullable=False),
    sa.Column('obligation_code', sa.String(length=40), nullable=False),
    sa.Column('obligation_amount_vnd', sa.BigInteger(), nullable=True),
    sa.Column('reason_code', sa.String(length=16), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('updated_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('publish_due_on', sa.Date(), nullable=True),
    sa.Column('amend_due_on', sa.Date(), nullable=True),
    sa.Column('withdraw_due_on', sa.Date(), nullable=True),
    sa.Column('taken_down_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('name_fold', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name_sort', sa.String(length=400).with_variant(sa.String(length=400, collation='C'), 'postgresql'), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agency_path', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint("obligation_code IN ('court_fee', 'fine', 'confiscation', 'recovery_of_illicit_gains', 'compensation', 'loan_repayment', 'contract_payment', 'maintenance', 'property_return', 'property_division', 'labour_payment', 'other_payment')", name='ck_debtor_record_obligation_code'),
    sa.CheckConstraint("state IN ('draft', 'approved', 'published', 'withdrawal_due', 'withdrawn', 'cancelled')", name='ck_debtor_record_state'),
    sa.CheckConstraint("state NOT IN ('published', 'withdrawal_due') OR published_on IS NOT NULL", name='ck_debtor_record_published'),
    sa.CheckConstraint('obligation_amount_vnd IS NULL OR obligation_amount_vnd >= 0', name='ck_debtor_record_amount'),
    sa.ForeignKeyConstraint(['agency_id'], ['enforcement_agency.id'], ),
    sa.ForeignKeyConstraint(['decision_id'], ['non_enforceable_decision.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('debtor_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_debtor_record_decision_id'), ['decision_id'], unique=False)
        batch_op.create_index('ix_debtor_record_export', ['state', 'public_id'], unique=False)
        batch_op.create_index('ix_debtor_record_name_fold', ['name_fold'], unique=False)
        batch_op.create_index(batch_op.f('ix_debtor_record_publish_due_on'), ['publish_due_on'], unique=False)
        batch_op.create_index('ix_debtor_record_published_on', ['published_on'], unique=False)
        batch_op.create_index('ix_debtor_record_scope', ['agency_path', 'id'], unique=False)
        batch_op.create_index('ix_debtor_record_withdrawn_on', ['withdrawn_on'], unique=False)

    


def downgrade() -> None:
    
    with op.batch_alter_table('debtor_record', schema=None) as batch_op:
        batch_op.drop_index('ix_debtor_record_withdrawn_on')
        batch_op.drop_index('ix_debtor_record_scope')
        batch_op.drop_index('ix_debtor_record_published_on')
        batch_op.drop_index(batch_op.f('ix_debtor_record_publish_due_on'))
        batch_op.drop_index('ix_debtor_record_name_fold')
        batch_op.drop_index('ix_debtor_record_export')
        batch_op.drop_index(batch_op.f('ix_debtor_record_decision_id'))

    op.drop_table('debtor_record')
    with op.batch_alter_table('non_enforceable_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_non_enforceable_decision_scope')
        batch_op.drop_index(batch_op.f('ix_non_enforceable_decision_obligation_id'))
        batch_op.drop_index(batch_op.f('ix_non_enforceable_decision_enforcement_decision_id'))
        batch_op.drop_index('ix_non_enforceable_decision_decided_on')
        batch_op.drop_index(batch_op.f('ix_non_enforceable_decision_debtor_id'))
        batch_op.drop_index(batch_op.f('ix_non_enforceable_decision_case_id'))

    op.drop_table('non_enforceable_decision')
    with op.batch_alter_table('enforcement_obligation', schema=None) as batch_op:
        batch_op.drop_index('ix_enforcement_obligation_scope')
        batch_op.drop_index(batch_op.f('ix_enforcement_obligation_debtor_id'))
        batch_op.drop_index(batch_op.f('ix_enforcement_obligation_case_id'))

    op.drop_table('enforcement_obligation')
    with op.batch_alter_table('enforcement_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_enforcement_decision_scope')
        batch_op.drop_index('ix_enforcement_decision_number')
        batch_op.drop_index(batch_op.f('ix_enforcement_decision_case_id'))

    op.drop_table('enforcement_decision')
    with op.batch_alter_table('case_party', schema=None) as batch_op:
        batch_op.drop_index('ix_case_party_scope')
        batch_op.drop_index('ix_case_party_name_fold')
        batch_op.drop_index(batch_op.f('ix_case_party_case_id'))

    op.drop_table('case_party')
    with op.batch_alter_table('transition_log', schema=None) as batch_op:
        batch_op.drop_index('ix_transition_log_subject')
        batch_op.drop_index('ix_transition_log_scope')

    op.drop_table('transition_log')
    with op.batch_alter_table('export_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_run_package_name'))

    op.drop_table('export_run')
    with op.batch_alter_table('enforcement_case', schema=None) as batch_op:
        batch_op.drop_index('ix_enforcement_case_scope')
        batch_op.drop_index(batch_op.f('ix_enforcement_case_officer_id'))
        batch_op.drop_index('ix_enforcement_case_ended_on')
        batch_op.drop_index('ix_enforcement_case_accepted_on')

    op.drop_table('enforcement_case')
    op.drop_table('ab_user_role')
    with op.batch_alter_table('ab_user_group', schema=None) as batch_op:
        batch_op.drop_index('idx_user_id')
        batch_op.drop_index('idx_user_group_id')

    op.drop_table('ab_user_group')
    with op.batch_alter_table('ab_permission_view_role', schema=None) as batch_op:
        batch_op.drop_index('idx_role_id')
        batch_op.drop_index('idx_permission_view_id')

    op.drop_table('ab_permission_view_role')
    with op.batch_alter_table('ab_api_key', schema=None) as batch_op:
        batch_op.drop_index('idx_api_key_user_id')
        batch_op.drop_index('idx_api_key_prefix')
        batch_op.drop_index('idx_api_key_lookup_hash')

    op.drop_table('ab_api_key')
    op.drop_table('schedule_slot')
    op.drop_table('agency_name')
    with op.batch_alter_table('ab_user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ab_user_agency_id'))

    op.drop_table('ab_user')
    with op.batch_alter_table('ab_permission_view', schema=None) as batch_op:
        batch_op.drop_index('idx_view_menu_id')
        batch_op.drop_index('idx_permission_id')

    op.drop_table('ab_permission_view')
    with op.batch_alter_table('ab_group_role', schema=None) as batch_op:
        batch_op.drop_index('idx_group_role_id')
        batch_op.drop_index('idx_group_id')

    op.drop_table('ab_group_role')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_message_open')

    op.drop_table('outbox_message')
    with op.batch_alter_table('legal_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_legal_rule_rule_set'))

    op.drop_table('legal_rule')
    op.drop_table('job_effect')
    op.drop_table('export_schedule')
    with op.batch_alter_table('enforcement_agency', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enforcement_agency_successor_id'))
        batch_op.drop_index('ix_enforcement_agency_path')
        batch_op.drop_index(batch_op.f('ix_enforcement_agency_parent_id'))

    op.drop_table('enforcement_agency')
    op.drop_table('calendar_override')
    op.drop_table('agency_level_name')
    op.drop_table('ab_view_menu')
    op.drop_table('ab_role')
    op.drop_table('ab_register_user')
    op.drop_table('ab_permission')
    op.drop_table('ab_group')
    
