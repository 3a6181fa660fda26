"""The topics that have answers, by the taxonomy's three groups. Ids are stable: intents, flows and statistics use them."""

SAFETY = (
    "danger_now",
    "partner_violence",
    "sexual_violence",
    "organized_crime",
    "trafficking",
    "self_harm",
    "child_at_risk",
    "missing_person",
    "detention",
    "authority_abuse",
    "justice",
    "shelter",
    "emotional_support",
    "digital_safety",
)
DOCUMENTS = (
    "regularization",
    "asylum",
    "birth_registration",
    "identity_documents",
    "return_deportation",
    "family",
)
RIGHTS = (
    "education",
    "health",
    "reproductive_health",
    "work",
    "benefits",
    "discrimination",
    "lgbtiq",
    "travel_safety",
    "legal_help",
)
ALL = (*SAFETY, *DOCUMENTS, *RIGHTS)
