"""Words of our own for generated codes: titles, descriptions, and what somebody might search for."""

import random


def listed(text: str) -> list[str]:
    """The entries of a text, which commas part."""
    return text.split(", ")


ACTIONS = listed(
    "repair, removal, revision, incision, drainage, biopsy, injection, imaging, measurement, reconstruction, release, closure, placement, exchange, inspection"
)
PARTS = listed(
    "wrist, elbow, shoulder, ankle, knee, hip, thumb, heel, jaw, eyelid, nostril, throat, windpipe, lung, rib, spine, neck, scalp, forearm, thigh, calf, "
    "tendon, ligament, nerve, vein, artery, valve, bladder, kidney, ureter, bowel, stomach, liver, spleen, pancreas, gland, duct, lens, retina, ear, tongue"
)
SIDES = listed("left, right, upper, lower, inner, outer, front, back, single, paired")
WAYS = listed(
    "through the skin, by open approach, with a scope, under imaging, with a graft, with a mesh, in stages, without sedation, with a catheter, with a needle"
)
SENTENCES = (
    "The {side} {part} is reached {way}, and the tissue around it is held aside.",
    "A {action} of this kind is chosen when rest and medicine have not helped the {part}.",
    "The {part} is looked at first, then the {other} beside it, so that nothing is missed.",
    "Closing the {side} {other} belongs to the work and is not added to it.",
    "Where the {action} is done on both sides, the record names the {part} of each.",
    "The patient keeps the {part} still for some days, and the wound is looked at again.",
    "A sample of the {other} may be sent on, which the laboratory counts on its own.",
)
SYMPTOMS = listed("diabetes, fracture, asthma, pain, injury, infection, ulcer, bleeding, burn, fever")


def title(dice: random.Random) -> str:
    """A short title: `Repair of left wrist tendon, with a scope`."""
    part, other = dice.sample(PARTS, 2)
    return f"{dice.choice(ACTIONS).capitalize()} of {dice.choice(SIDES)} {part} and {other}, {dice.choice(WAYS)}"


def prose(dice: random.Random, words: int = 60) -> str:
    """A paragraph of at least so many words."""
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < words:
        part, other = dice.sample(PARTS, 2)
        pattern = dice.choice(SENTENCES)
        sentences.append(pattern.format(side=dice.choice(SIDES), part=part, other=other, way=dice.choice(WAYS), action=dice.choice(ACTIONS)))
    return " ".join(sentences)


def query(dice: random.Random, code: str) -> str:
    """What is searched for: two words mostly, one word, the start of a code's number, a range."""
    kind = dice.random()
    if kind < 0.5:
        return f"{dice.choice(ACTIONS)} {dice.choice(PARTS)}"
    if kind < 0.7:
        return dice.choice(PARTS + SYMPTOMS)
    if kind < 0.9:
        return code[:3]
    return f"{code}-{code[:2]}999"


def typing(dice: random.Random, code: str) -> str:
    """What stands in the box while somebody types: the start of a word, a word and the start of the next, or of a code's number."""
    kind = dice.random()
    if kind < 0.3:
        return dice.choice(PARTS + SYMPTOMS)[: dice.randrange(3, 5)]
    if kind < 0.7:
        return f"{dice.choice(ACTIONS)} {dice.choice(PARTS)[:3]}"
    return code[: dice.randrange(2, 5)]


def rare_query(dice: random.Random, code: str) -> str:
    """What hardly anybody searches for: three words mostly, nearly the whole of a code's number, a range."""
    kind = dice.random()
    if kind < 0.7:
        return f"{dice.choice(ACTIONS)} {dice.choice(SIDES + PARTS)} {dice.choice(PARTS)}"
    return code[:4] if kind < 0.9 else f"{code}-{code[:2]}999"


def rare_typing(dice: random.Random, code: str) -> str:
    """The same while it is typed: the third word begun, nearly the whole of a code's number."""
    if dice.random() < 0.7:
        return f"{dice.choice(ACTIONS)} {dice.choice(SIDES + PARTS)} {dice.choice(PARTS)[:3]}"
    return code[:4]
