"""Gates: how far a delivery may differ from what is known before a person must answer for it.

`schemas/policies/gates.yml` holds for the site, `gates:` of an `agency.yml` for one agency. No law
sets these figures; each is the site's own choice. Shares are parts of one: 0.5 is one half.
"""

from pydantic import Field

from gongshi.declarations.base import Spec


class GateLimits(Spec):
    """Bounds of a delivery. A share of fewer than `at_least` rows or records is not asked for."""

    at_least: int = Field(ge=1)
    """Fewer rows or records than this are too few for a share to mean anything"""

    refused_share: float = Field(ge=0, le=1)
    """Largest share of the file's rows that may be refused"""

    changed_share: float = Field(ge=0, le=1)
    """Largest share that may change, of the file's records that the registry knows"""

    least_share: float = Field(ge=0, le=1)
    """Full deliveries: fewest rows, as a share of the rows of the last batch"""

    most_share: float = Field(ge=1)
    """Full deliveries: most rows, as a multiple of the rows of the last batch"""

    missing_share: float = Field(ge=0, le=1)
    """Full deliveries: largest share of the agency's records in force that may be missing"""

    def for_agency(self, own: "AgencyGates") -> "GateLimits":
        """Return the limits with what an agency declares for itself."""
        return self.model_copy(update=own.model_dump(exclude_none=True))


class AgencyGates(Spec):
    """What one agency's deliveries may do that the site's limits do not say."""

    at_least: int | None = Field(default=None, ge=1)
    refused_share: float | None = Field(default=None, ge=0, le=1)
    changed_share: float | None = Field(default=None, ge=0, le=1)
    least_share: float | None = Field(default=None, ge=0, le=1)
    most_share: float | None = Field(default=None, ge=1)
    missing_share: float | None = Field(default=None, ge=0, le=1)


class GatePolicy(Spec):
    """`gates.yml`: the limits of the site, and what a release says of who overrode one."""

    source: str
    """Whose choice the figures are"""

    limits: GateLimits
    """The limits of an agency that declares none of its own"""

    show_name: bool = True
    """Whether a release names the person who overrode a gate; the reason is always shown"""

    shown_days: int = Field(default=365, ge=1)
    """For how many days after its receipt an overridden batch is named in releases"""
