"""Why a bundle is not taken."""


class BundleRefused(Exception):
    """A bundle is damaged, hostile or of a newer console. `member` is where ("" for the file as a whole), `reason` why."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(f"{member}: {reason}" if member else reason)
        self.member, self.reason = member, reason

    def __reduce__(self) -> tuple[type["BundleRefused"], tuple[str, str]]:
        return BundleRefused, (self.member, self.reason)
