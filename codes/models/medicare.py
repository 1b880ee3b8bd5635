"""What Medicare pays: the fee schedule, its geographic indices and its localities."""

from typing import Any, ClassVar

from django.db import models

from codes.models.releases import Release


class FeeScheduleLine(models.Model):
    """One line of the Medicare Physician Fee Schedule's RVU file: relative values and payment indicators.

    Columns as the file has them (CMS, PPRRVU record layout); figures in RVUs, indicators as published.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="fee_lines", db_index=False)
    code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    status = models.CharField(max_length=1)
    work_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    nonfac_pe_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    fac_pe_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    mp_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    pctc = models.CharField(max_length=1)
    global_days = models.CharField(max_length=3)
    pre_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    intra_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    post_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    mult_proc = models.CharField(max_length=1)
    bilat_surg = models.CharField(max_length=1)
    asst_surg = models.CharField(max_length=1)
    co_surg = models.CharField(max_length=1)
    team_surg = models.CharField(max_length=1)
    endo_base = models.CharField(max_length=5, blank=True)
    conv_factor = models.DecimalField(max_digits=8, decimal_places=4)
    description = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="The short descriptor; the AMA's or the ADA's for their codes: shown under a licence alone.",
    )
    not_used = models.CharField(max_length=2, blank=True, default="", db_default="", help_text="NOT USED FOR MEDICARE PAYMENT")
    nonfac_na = models.CharField(
        max_length=2, blank=True, default="", db_default="", help_text="NA where the service is rarely or never performed outside a facility."
    )
    fac_na = models.CharField(max_length=2, blank=True, default="", db_default="")
    price_indicator = models.CharField(max_length=2, blank=True, default="", db_default="", help_text="PRIC IND, in the files since 2026.")
    supervision = models.CharField(max_length=2, blank=True, default="", db_default="", help_text="PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES")
    calculation_flag = models.CharField(max_length=1, blank=True, default="", db_default="")
    imaging_family = models.CharField(max_length=2, blank=True, default="", db_default="")
    opps_nonfac = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0, help_text="RVUs used for the OPPS payment cap.")
    opps_fac = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)
    opps_mp = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)

    class Meta:
        ordering: ClassVar = ["code", "modifier"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "code", "modifier"], name="fee_line_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.modifier}".strip()

    @property
    def nonfac_total(self) -> Any:
        """Total RVUs outside a facility."""
        return self.work_rvu + self.nonfac_pe_rvu + self.mp_rvu

    @property
    def fac_total(self) -> Any:
        """Total RVUs in a facility."""
        return self.work_rvu + self.fac_pe_rvu + self.mp_rvu


class Gpci(models.Model):
    """The geographic practice cost indices of one Medicare locality."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="gpcis", db_index=False)
    mac = models.CharField(max_length=5, help_text="The contractor's number, five digits.")
    state = models.CharField(max_length=2)
    locality = models.CharField(max_length=2, help_text="Two digits.")
    name = models.CharField(max_length=120)
    work = models.DecimalField(max_digits=6, decimal_places=3, help_text="PW GPCI, with the floor of 1.0 where the file applies it.")
    pe = models.DecimalField(max_digits=6, decimal_places=3)
    mp = models.DecimalField(max_digits=6, decimal_places=3)

    class Meta:
        ordering: ClassVar = ["state", "mac", "locality"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "mac", "locality"], name="gpci_once")]

    def __str__(self) -> str:
        return f"{self.mac}-{self.locality} {self.name}"


class Locality(models.Model):
    """The counties of one Medicare locality."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="localities", db_index=False)
    mac = models.CharField(max_length=5)
    locality = models.CharField(max_length=2)
    state = models.CharField(max_length=60, help_text="The state's name, in capitals.")
    area = models.CharField(max_length=200)
    counties = models.TextField()

    class Meta:
        ordering: ClassVar = ["state", "mac", "locality"]
        verbose_name_plural = "localities"
        indexes: ClassVar = [models.Index(fields=["release", "mac", "locality"], name="locality_place")]

    def __str__(self) -> str:
        return f"{self.mac}-{self.locality} {self.area}"
