"""When the word means a program and not a person («почтовый клиент», «клиент и сервер»), or stands in an idiom («в гости»)."""

import re
from bisect import bisect_left, bisect_right

NAMES = (
    r"(?:postgres(?:ql)?|mysql|mariadb|sqlite|redis|valkey|mongo(?:db)?|clickhouse|oracle|elasticsearch|kafka|rabbitmq|mqtt|amqp|grpc|soap|"
    r"rest|graphql|api|sdk|https?|ftps?|sftp|ssh|smtp|imap|pop3|telnet|ldap|rdp|vnc|vpn|openvpn|wireguard|dns|dhcp|ntp|nfs|smb|tcp|udp|"
    r"websocket|git|svn|docker|kubernetes|k8s|s3|webdav|caldav|jabber|xmpp|irc|sip|voip|bittorrent|torrent|telegram|whatsapp|viber|slack|"
    r"discord|skype|zoom|steam|dropbox|nextcloud|outlook|thunderbird|sql|jdbc|odbc|oauth2?|e-?mail|java|python|php|windows|linux|android|"
    r"ios|macos|desktop|web|http/2|mail\.ru агент|p2p|citrix|1с)"
)
BEFORE = re.compile(
    r"(?:(?:почтов|толст|тонк|тонч|тяж[её]л|десктоп|настольн|консольн|нативн|кросс?платформ|графическ|игров|встроенн|программн|"
    r"терминальн|торрент|браузерн|асинхронн|синхронн|тестов|облачн)(?:ый|ого|ому|ым|ом|ые|ых|ыми|ий|его|ему|им|ем|ие|их|ими|ой|ный|ного|ному|ным|ном|ные|ных|ными|енный|енного)"
    r"|мобильн(?:ый|ого|ом)"
    r"|(?:верси|сборк|установк|переустановк|дистрибутив|инсталляц|исходник|интерфейс|бинарник)\w*(?:\s+\w+(?:ого|его|ых|их))?"
    r"|(?:установи|скача|запусти|обнови|переустанови|собери|собра|разверн|перезапусти|перезапуска|скомпилир|закрой|закро[ей]те|откро[ей]|открыва)\w*"
    rf"|{NAMES}"
    r"|приложени\w+|\bпрограмм[аеуыо]\w*"
    r"|(?:thin|thick|fat|e-?mail|mail|web|mobile|desktop|native|game|chat|torrent|database|the library's|async)\s*)[\s«\"]+",
    re.IGNORECASE,
)
HEAD = re.compile(r"(?:верси|сборк|установк|переустановк|дистрибутив|инсталляц|исходник|интерфейс|бинарник)", re.IGNORECASE)
WORD = re.compile(r"[\w-]+")
AFTER = re.compile(
    rf"[»\"]?\s+(?:для\s+|к\s+|for\s+(?:the\s+)?)?{NAMES}(?![\w-]|\s*(?:-|Иван))"
    r"|\s*(?:\(браузер|\(программ|\(приложени)|\s+(?:базы|баз)\s+данных|\s+(?:игры|мессенджера|рабочего стола|электронной почты)\b"
    r"|\s+(?:id|secret|library|libraries|side|certificate|software|app|apps|application|credentials|token)\b"
    r"|\s+(?:version|build)\s+\d|\s+верси[ия]\s+\d",
    re.IGNORECASE,
)
# A server beside it: «клиент и сервер», «между сервером и клиентом», "the client and the server".
SERVER_BEFORE = re.compile(
    r"\b(?:сервер\w*|server'?s?|бэкенд\w*)\s*(?:(?:sends|gives|tells|answers|returns|отвечает|отдаёт|шлёт)\b\s*)?(?:[,/–—]|и|или|от|к|с|на|а|and|or|to|from)?\s*(?:на|с|от|к|the|a)?\s*(?:\w+ый|\w+ого|\w+ым)?\s*\Z",
    re.IGNORECASE,
)
SERVER_AFTER = re.compile(
    r"\s*(?:[,/–—+]|и|или|с|от|к|на|а|не|and|or|to|from|with)?\s*(?:на|с|от|к|the|a)?\s*(?:сервер|servers?\b|бэкенд)", re.IGNORECASE
)
SIGNAL = re.compile(
    r"\b(?:сервер|протокол|сокет|рендер|к[эе]ш|api\b|sdk\b|http|tcp|tls\b|ssl\b|бэкенд|фронтенд|прокси|порту?\b|"
    r"токен|хост|бинарн|пакет[аы]? данных|байт|json|xml\b|шифр|таймаут|latency|server|socket|proxy|backend|frontend|protocol|payload)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n\s*\n")
GUESTS = re.compile(r"\b(?:в|из|по)\s+\Z", re.IGNORECASE)
ADJECTIVE = re.compile(
    r"\b(?:be|is|are|am|was|were|been|being|very|so|more|most|stay|remain|too|how|less|quite)\s+\Z|'(?:re|m|s)\s+\Z", re.IGNORECASE
)
VERB = re.compile(r"\b(?:to|will|we|they|can|could|would|should|may)\s+\Z", re.IGNORECASE)
NEAR, SIGNALS = 200, 2


class Things:
    """Judges places of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.signals = [found.start() for found in SIGNAL.finditer(text)]

    def is_thing(self, start: int, end: int) -> bool:
        """Say whether the word at this place means a program."""
        before, after = self.text[max(start - 48, 0) : start], self.text[end : end + 40]
        if self.takes_no_person(before, start, end) or AFTER.match(after):
            return True
        nearest = bisect_left(self.signals, start - NEAR)
        if nearest == len(self.signals) or self.signals[nearest] > end + NEAR:
            return False
        return bool(SERVER_BEFORE.search(before) or SERVER_AFTER.match(after)) or self.is_about_programs(start, end)

    def takes_no_person(self, before: str, start: int, end: int) -> bool:
        """Say whether what stands before speaks of a program; «закройте клиент» does, «закройте клиенту счёт» does not."""
        begins = [word.start() for word in WORD.finditer(before)][-3:]
        found = next((found for at in begins if (found := BEFORE.fullmatch(before, at))), None)
        if not found:
            return False
        word = self.text[start:end].lower()
        if HEAD.match(found.group()) and word not in {"клиента", "клиентов"}:
            return False
        is_verb = re.match(
            r"\s*(?:установи|скача|запусти|обнови|переуст|собери|собра|разверн|перезап|скомп|закро|откро|открыв)", found.group().lower()
        )
        return not is_verb or word in {"клиент", "client", "клиенты"}

    def is_about_programs(self, start: int, end: int) -> bool:
        """Say whether the sentence speaks of programs in at least two other words."""
        low, high = max(start - NEAR, 0), min(end + NEAR, len(self.text))
        if bisect_right(self.signals, high) - bisect_left(self.signals, low) < SIGNALS:
            return False
        for found in SENTENCE_END.finditer(self.text, low, high):
            if found.end() <= start:
                low = found.end()
            else:
                high = found.start()
                break
        return bisect_right(self.signals, high) - bisect_left(self.signals, low) >= SIGNALS


def is_idiom(text: str, start: int, end: int) -> bool:
    """Say whether the form is another word here: «в гости», "be patient", "to partner with"."""
    word, before = text[start:end].lower(), text[max(start - 16, 0) : start]
    if word in {"гости", "гостях", "гостей", "гостям"}:
        return bool(GUESTS.search(before))
    if word == "patient":
        return bool(ADJECTIVE.search(before))
    return word == "partner" and (bool(VERB.search(before)) or text[end:].lstrip().startswith("with "))
