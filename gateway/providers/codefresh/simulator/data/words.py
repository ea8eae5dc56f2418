"""Invented people, branches and commit messages."""

PEOPLE = ("jo", "amara", "lena", "mikko", "priya", "tomas", "yuki", "wanjiru")

BRANCHES = (
    "main",
    "main",
    "main",
    "main",
    "develop",
    "feature/checkout-v2",
    "feature/gift-cards",
    "fix/rounding",
    "release/2.14",
    "dependabot/npm/left-pad-1.3.0",
    "spike/ünïcode",
)

MESSAGES = (
    "Fix tax rounding",
    "Bump base image",
    "Retry flaky browser test",
    "Read the region from shared configuration",
    "Remove dead feature flag",
    "Add gift cards to the basket\n\nThe old voucher table stays until the next release.",
    'Quote "names" in the export',
    "Größere Bilder für die Startseite 🚀",
    "Merge pull request #482 from acme/feature/checkout-v2",
    "wip",
)

TAGS = ("prod", "backend", "frontend", "tier-1", "tier-2", "nightly", "infra", "experimental")

STEP_NAMES = (
    "main_clone",
    "restore_cache",
    "build_image",
    "unit_tests",
    "integration_tests",
    "scan_image",
    "push_image",
    "deploy",
    "smoke_test",
    "notify",
)
