# SPDX-License-Identifier: Apache-2.0
"""Makes rounds of assessment, invented and always the same for a seed: a nation's chain of rounds, organisations with two
rounds each, every question of the catalogue answered in each, with evidence, advice, needs, offers, projects, findings."""
import csv
import random

CHAIN = 10       # rounds of the nation; the other assessments are pairs, each of one organisation
NEEDS = 2        # of an assessment
ADVICE = 6       # of an assessment
EVIDENCE = 0.2   # share of the answers that have an item of evidence of their own
OFFERS = 200
FINDINGS = 1500
PROJECTS = 100
LONG = f"N-{CHAIN}"  # whose evidence is told at such length that its report has more than 200 pages

STAGES = ("state_answers", "visit", "preliminary", "state_remarks", "adopted", "follow_up")
STATUS = ("proposed", "accepted", "in_progress", "done", "verified", "declined")
KINDS = ("legislation", "institutions", "planning", "training", "expertise", "equipment", "exercise", "study_tour")
SECTORS = ("EN", "WA", "HE", "TR")
AREAS = ("leg", "trg", "qcf", "ops", "ifs", "pax", "cgo", "aui", "fal")
WORDS = ("the operator keeps a plan for each site and tries it every year with police and neighbours the ministry reads what "
         "was learnt and asks for a date by which the gap is closed records of the last exercise show that night shifts were "
         "left out so the team asked for another one and for a list of contacts that is kept up to date").split()


def say(dice, count):
    return " ".join(dice.choice(WORDS) for _ in range(count)).capitalize() + "."


class Table:
    """One CSV file whose name says the kind of record."""

    def __init__(self, folder, plural, columns):
        self.path = folder / f"{plural}.csv"
        self.file = open(self.path, "w", encoding="utf-8", newline="")
        self.out = csv.writer(self.file)
        self.out.writerow(columns.split())

    def add(self, *values):
        self.out.writerow(values)


class Rounds:
    """Writes the files of `count` assessments. questions, provisions: records of the catalogue; after make() `keys` names the
    assessments, `pairs` those of one subject."""

    def __init__(self, folder, count, questions, provisions, seed=5):
        self.dice = random.Random(seed)
        self.count, self.questions, self.provisions = count, questions, provisions
        self.keys, self.pairs, self.needs = [], [], []
        self.organisations = Table(folder, "organisations", "key name kind")
        self.assessments = Table(folder, "assessments", "key title subject organisation starts_at ends_at stage lead previous")
        self.answers = Table(folder, "answers", "assessment question rating comment evidence evidence_accepted "
                                                "evidence_expires_at answered_by answered_at")
        self.evidence = Table(folder, "evidence", "key assessment question title link state expires_at")
        self.advice = Table(folder, "recommendations", "key assessment provision title about priority due status")
        self.need_rows = Table(folder, "needs", "key assessment title provisions kind theme sectors languages urgency wanted_by")
        self.offers = Table(folder, "offers", "key title form provider kinds themes sectors languages starts_at ends_at capacity")
        self.projects = Table(folder, "projects", "key assessment need offer title indicator value_before target measured_in")
        self.findings = Table(folder, "findings", "key title about origin organisation audit_area provisions severity found_at due "
                                                  "status")
        self.tables = (self.organisations, self.assessments, self.answers, self.evidence, self.advice, self.need_rows,
                       self.offers, self.projects, self.findings)

    def make(self):
        subjects = [("N", "")] + [(f"O{i}", f"ORG-{i}") for i in range((self.count - CHAIN + 1) // 2)]
        for i in range(20):
            self.organisations.add(f"HELP-{i}", f"Office {i} for help", "international")
        for name, organisation in subjects:
            if organisation:
                self.organisations.add(organisation, f"Operator {organisation[4:]}", "operator")
            self.make_subject(name, organisation)
        self.make_offers()
        self.make_findings()
        for table in self.tables:
            table.file.close()
        return [table.path for table in self.tables]

    def make_subject(self, name, organisation):
        before = ""
        length = min(2 if organisation else CHAIN, self.count - len(self.keys))
        for number in range(1, length + 1):
            key, year = f"{name}-{number}", 2026 - 2 * (length - number)
            running = number == length
            self.assessments.add(key, f"{'Nation' if not organisation else f'Operator {organisation[4:]}'}, round of {year}",
                                 "organisation" if organisation else "state", organisation, f"{year}-02-01",
                                 "" if running else f"{year}-10-01", self.dice.choice(STAGES) if running else "next_round",
                                 f"Lead {self.dice.randrange(12)}", before)
            self.make_answers(key, year, level=0.35 + 0.3 * number / length)
            self.make_advice(key, year)
            if before:
                self.pairs.append((before, key))
            self.keys.append(key)
            before = key

    def make_answers(self, key, year, level):
        for question in self.questions:
            rating = "NA" if self.dice.random() < 0.04 else str(min(4, max(0, round(self.dice.gauss(4 * level, 1.3)))))
            shown = rating in ("2", "3", "4") and self.dice.random() < 0.7
            evidence = say(self.dice, 240) if key == LONG else f"Decree {self.dice.randrange(900)} of {year}" if shown else ""
            self.answers.add(key, question["key"], rating, say(self.dice, self.dice.randrange(4, 40)), evidence,
                             "true" if shown and self.dice.random() < 0.7 else "false",
                             f"{year + 2 + self.dice.randrange(3)}-06-30" if shown and self.dice.random() < 0.5 else "",
                             f"assessor-{self.dice.randrange(30)}", f"{year}-0{self.dice.randrange(3, 10)}-15")
            if self.dice.random() < EVIDENCE:
                self.evidence.add(f"{key}/{question['key']}/E", key, question["key"], say(self.dice, 5),
                                  f"https://example.org/{key}/{question['key']}",
                                  self.dice.choice(("offered", "accepted", "accepted")), f"{year + 4}-01-01")

    def make_advice(self, key, year):
        for i, provision in enumerate(self.dice.sample(self.provisions, ADVICE)):
            self.advice.add(f"{key}/{provision['key']}/R{i}", key, provision["key"], say(self.dice, 6), say(self.dice, 30),
                            self.dice.choice(("high", "medium", "low")), f"{year + 1}-{self.dice.randrange(10, 13)}-01",
                            self.dice.choice(STATUS))
        for i, provision in enumerate(self.dice.sample(self.provisions, NEEDS)):
            self.needs.append((f"{key}/{provision['key']}/N{i}", key))
            self.need_rows.add(self.needs[-1][0], key, say(self.dice, 5), provision["key"], self.dice.choice(KINDS),
                               provision["theme"], self.dice.choice(SECTORS), self.dice.choice(("en", "fr", "en fr", "ar")),
                               self.dice.choice(("high", "medium", "low")), f"{year + 3}-12-31")

    def make_offers(self):
        themes = sorted({provision["theme"] for provision in self.provisions})
        for i in range(OFFERS):
            self.offers.add(f"OFFER-{i}", say(self.dice, 5), self.dice.choice(("offer", "course", "tool")),
                            f"HELP-{self.dice.randrange(20)}", " ".join(self.dice.sample(KINDS, 2)),
                            " ".join(self.dice.sample(themes, 3)), self.dice.choice((*SECTORS, "any")),
                            self.dice.choice(("en", "en fr", "any")), "2026-01-01", "2029-12-31", self.dice.randrange(1, 6))
        for i, (need, key) in enumerate(self.dice.sample(self.needs, min(PROJECTS, len(self.needs)))):
            again = next((later for earlier, later in self.pairs if earlier == key), "")
            self.projects.add(f"PROJECT-{i}", key, need, f"OFFER-{self.dice.randrange(OFFERS)}", say(self.dice, 5),
                              "hours until both speak", 6, 1, again)

    def make_findings(self):
        for i in range(FINDINGS):
            self.findings.add(f"F-{i}", say(self.dice, 6), say(self.dice, 25), self.dice.choice(("icao", "national", "self")),
                              f"ORG-{self.dice.randrange((self.count - CHAIN) // 2)}",
                              self.dice.choice(AREAS), self.dice.choice(self.provisions)["key"],
                              self.dice.choice(("high", "medium", "low")), f"2025-0{self.dice.randrange(1, 10)}-10",
                              f"2026-1{self.dice.randrange(0, 3)}-01", self.dice.choice(("open", "corrected", "verified")))
