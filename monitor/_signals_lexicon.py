"""Words that tell what a capital is: ranks, posts, bodies, peoples, and what looks like a name and is none. Pure."""

import re


def _any(*words: str, endings: str = "") -> re.Pattern[str]:
    """Any of these words as a whole; each line of words is one sort of them."""
    return re.compile(rf"(?:{'|'.join('|'.join(line.split()) for line in words)}){endings}")


TOGETHER = re.compile(
    r"United\s(?:Kingdom|States|Nations|Arab\sEmirates)\b|New\s(?:Zealand|York|Delhi|Jersey|Mexico|Orleans|South\sWales)\b"
    r"|(?:South|North|Central|West|East)\s(?:Africa|America|Asia|Korea|Sudan|Macedonia|Carolina|Dakota|Virginia)\b"
)
"""Places of several words that English knows one by one: one word of a text."""

NO_NAME = _any(
    "I(?:[’'].*)? [A-Z]+-[a-z].* Yes No None Total TB[AC] OK FY EO HQ Tel Fax Sec DOB POB Easter Christmas",
    "M(?:r|rs|s|R|RS|S) Miss D[rR] Jr Sr Esq Messrs Madam Ladies Gentlem[ae]n Excellenc(?:y|ies) Hono?u?rable HE",
    "Majesty(?:[’']s)? Plenipotentiary Charg[ée]",
    "B(?:A|S|Sc|Ed|Eng) M(?:A|S|Sc|BA|Phil|Ed|Eng|D) DPhil LL[BM] JD PhD OBE MBE CBE KBE KCMG CMG QC KC CVO Rt Hon",
    "MPs? MEPs? MSPs? CEOs? CFO COO CVs?",
    "PDF HTML CSV XLSX? ODS ODT DOCX? ZIP [KMG]B URL URLs ISBN ISSN ISO SMS GPS QR USB TV IT AI API APIs HTTPS? RSS",
    "GMT BST UTC CES?T EE?ST E[SD]T P[SD]T JST IST AM PM",
    "GBP EUR USD CHF JPY VAT PAYE GDP CPI RPI GNI ATMs? IBAN",
    "FAQs? Q&As? IDs? PINs? BSL SEND SEN GCSEs? HR R&D SMEs? MSMEs? NGOs? FOI MOT MOTs STEM EVs? HGVs? IP",
    r"(?:COVID|Covid|SARS|MERS|HIV|AIDS|PCR|LFDs?|LFTs?|PPE|DNA|RNA|GPs?|A&E|ICU|BMI|MRI|NPIs?|TB)(?:-.*)?",
    "Zika Ebola Malaria Dengue Polio Measles Rabies Cholera Monkeypox Mpox Influenza Omicron Salmonella",
    r"Legionella \w+pox",
)
"""Formats, honours, time zones, currencies, illnesses and other abbreviations of common things."""

OPENER = _any(
    "Latest New Former All Any Each Every Both Many Most More Some Other Several Our Your Its Today Now Also Once",
    "Then",
    "When While Where Why How What About After Before During Since Under Until Within Read See Visit Contact",
    "Download",
    "Check Find Apply Use Using Get View Added Updated Published Removed Joint Dear Thank Welcome However Although",
    "May Because Unless Upcoming Previous Following Last Next",
    "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Annual Very Further Her His",
)
"""Words that begin a sentence, a heading or a numbered thing and are no part of the name they stand before."""

RANK = re.compile(
    r"^(?:.*\s)?(?:President|Minister|Secretary(?: of State)?|Chairman|Chair|Senators?|Congress(?:wo)?man"
    r"|Ambassador|Representatives?|Chancellor|Commissioner|Advisor|Adviser|Director|Governor|Mayor|Professor|Sir|Dame|Lord|Lady"
    r"|Baroness|Judge|Justice|General|Colonel|Captain|King|Queen|Prince|Princess)\s(?=[A-Z]\w+)"
)
"""Ranks before a person's name: with another rank it is the same name."""

POST = _any(
    "President Minister Secretary Chair(?:man|woman)? Ambassador Representative Chancellor Commissioner Advis[eo]r",
    "Director Governor Mayor Officer Analyst Manager Administrator Scientist Envoy Counsel Speaker Spokesperson",
    "Head Headteacher Principal Leader Lead Assistant Deputy Inspector Consultant Coordinator Engineer Economist",
    "Clerk Professor Dean Provost Rector Lecturer Partner Owner Member Delegate Rapporteur Reporter Correspondent",
    "Meteorologist Registrar Trustee Founder Superintendent Constable Consul Commander Treasurer Executive Fellow",
    "Editor Attach[ée] Attorney Admiral Solicitor Surgeon Sergeant Lieutenant Comptroller Auditor",
    endings="(?:-General)?s?",
)
"""Posts: without a person's name they are none, whatever stands before them ("Chief Veterinary Officer")."""

BODY = _any(
    "Department Ministry Office Agency Authority Commission Council Committee Board Trust Fund Bank Union",
    "Association",
    "Society Institute Institution Foundation University College School Court Parliament Service Embassy Treaty Hall",
    "Convention Act Agreement Party Church Hospital Forces? Army Navy Administration Bureau Alliance Federation",
    "Museum",
    "House Centre Center Group Programme Program Bill Orders? Rules Regulations Hotel Airport League Festival Forum",
    "Limited L(?:td|TD) plc PLC I(?:nc|NC) LLP LLC GmbH Assembly Senate",
    "Coalition Partnership Network Guild Tribunal Inquiry Conference Summit Symposium Scheme",
    "Taskforce Directorate Secretariat Regiment Academy Framework Chamber Chambers Building Street Road Avenue",
    "Lane Square Island Islands River Bridge Park",
)
"""What bodies, laws, meetings and places are called: part of their names."""

FIELD = re.compile(
    r"(?!Organi[sz]ation|Corporation|Federation|Commission|Mission|Operation|Station|Declaration|Resolution|Constitution)"
    r"[A-Z]\w*(?:ment|ing|tion|ics|ology|ity)|Tax(?:es)?|Dut(?:y|ies)|Lev(?:y|ies)|Accounts?"
)
"""What ends a field of work or a tax: common words before it make no name ("Emergency Management")."""

ILLNESS = _any("syndrome disease disorder virus variant infection fever illness deficiency")
"""What makes an abbreviation one of an illness, whoever it is called after."""

INSTITUTION = _any("Parliament Congress Senate Treasury Commonwealth Cabinet Crown Brexit")
"""English words that name one body or thing without any other word."""

PEOPLE = _any(
    r"(?!Ocean|Caribbean|Mediterranean|Aegean|Brian|Adrian|Julian|Gillian|Lillian|Vivian|Damian|Fabian|Sebastian)"
    r"\w{2,}(?:[aeiou]an|ish|ese) American African German French Dutch Greek Swiss Thai Czech Welsh Slovak Uzbek",
    "Kazakh Turk Kurd Arab Arabic Saudi Iraqi Pakistani Israeli Bangladeshi Emirati Qatari Kuwaiti Omani Yemeni",
    "Nepali Somali Bengali Gujarati Punjabi Tamil Slovene Serb Croat Pashto Dari Tigrinya Lao Khmer Malay Latin",
    "Afghan Cuban Mexican Filipino Icelandic Hebrew Hindi Urdu Farsi Muslim Jew Sikh Hindu Buddhist Catholic",
    "Gaelic Brit Hispanic Latin[aox] Islander",
    endings="s?",
)
"""Peoples, faiths and languages."""

PLACE = _any(
    "Wales Turkey China Japan Jersey Guinea Bath Reading Cork Hull Derby Surrey Oxford Barrow Hove Hastings Dover",
    "Phoenix Buffalo Ascension Cologne Nice Orange Man Wight United",
    "Google Apple Amazon Twitter Zoom",
)
"""Places and firms that are English words, too."""

PAPER = _any(
    "Report Information Statistics Register Guidance Guide Notice Statement Summary Form Page Section Advice",
    "Announcement Remarks Transcript Letter Question Answer Sheet Requirement Restriction Document Figure Finding",
    "Update Decision",
    "Investment Import Level Detail Provision Release Data",
    "Polic(?:y|ie) Condition Term Fee Rate Licen[cs]e Certificate Permit Visa Passport Card Leave Note Year",
    endings="s?",
)
"""What publishers call their papers and pages: with common words before it a heading, no name ("Full Report")."""

PART = _any("(?:North|South|East|West)(?:ern)? Central New Great Greater Upper Lower San Santa Saint St Royal")
"""What begins the names of places."""

NOBLE = _any("Sir Dame Lord Lady Baroness Viscount Prince Princess")
"""Ranks that make a name of any word: "Lord Marsh"."""


def is_plural(word: str) -> bool:
    """Whether this is what several bodies, laws, meetings or places are called: "Committees", no "Committee".

    "Services" are one body as often.
    """
    one = f"{word.removesuffix('ies')}y" if word.endswith("ies") else word.removesuffix("s")
    return one not in (word, "Service") and bool(BODY.fullmatch(one)) and not BODY.fullmatch(word)
