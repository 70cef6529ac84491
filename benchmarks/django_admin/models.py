"""The same tables as Django sees them; it neither makes nor changes them."""

from django.db import models


class Agency(models.Model):
    """An enforcement agency."""

    code = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "enforcement_agency"

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """An enforcement case."""

    case_number = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, models.DO_NOTHING)
    agency_path = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "enforcement_case"

    def __str__(self) -> str:
        return self.case_number


class Decision(models.Model):
    """A decision on not yet having conditions for enforcement."""

    decision_number = models.CharField(max_length=60)
    agency_path = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "non_enforceable_decision"

    def __str__(self) -> str:
        return self.decision_number


class Party(models.Model):
    """A party of a case."""

    case = models.ForeignKey(Case, models.DO_NOTHING)
    agency = models.ForeignKey(Agency, models.DO_NOTHING)
    agency_path = models.CharField(max_length=80)
    role = models.CharField(max_length=16)
    full_name = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    phone = models.CharField(max_length=20, null=True, blank=True)

    class Meta:
        managed = False
        db_table = "case_party"

    def __str__(self) -> str:
        return self.full_name


class Record(models.Model):
    """A public debtor record."""

    public_id = models.CharField(max_length=16)
    decision = models.ForeignKey(Decision, models.DO_NOTHING)
    agency = models.ForeignKey(Agency, models.DO_NOTHING)
    agency_path = models.CharField(max_length=80)
    state = models.CharField(max_length=20)
    full_name = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    judgment_number = models.CharField(max_length=60)
    judgment_on = models.DateField()
    court_name = models.CharField(max_length=200)
    enforcement_decision_number = models.CharField(max_length=60)
    enforcement_decision_on = models.DateField()
    obligation_code = models.CharField(max_length=40)
    obligation_amount_vnd = models.BigIntegerField(null=True, blank=True)
    reason_code = models.CharField(max_length=16)
    publish_due_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        managed = False
        db_table = "debtor_record"

    def __str__(self) -> str:
        return self.full_name
