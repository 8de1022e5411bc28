"""A ready dictionary to begin with: what Clients of most firms speak of. Offered by a button, never taken silently."""

RUSSIAN = {
    "Доставка": "доставка, доставить, доставлять, курьер, привезти, привозить, посылка, самовывоз, пункт выдачи",
    "Цена": "цена, ценник, стоимость, дорогой, дорого, дешёвый, дёшево, скидка, акция, наценка, переплатить, подорожать",
    "Вежливость сотрудников": (
        "вежливый, вежливость, грубый, грубость, хамство, хамить, хам, нахамить, приветливый, доброжелательный, внимательный, улыбка, "
        "равнодушие, отношение, уважение"
    ),
    "Знания сотрудников": (
        "консультант, консультация, проконсультировать, подсказать, объяснить, знание, некомпетентный, профессионал, грамотный, специалист"
    ),
    "Качество": "качество, качественный, некачественный, брак, бракованный, дефект, сломаться, порваться, износиться, прочный, шов",
    "Ожидание": "ждать, ожидание, ожидать, прождать, очередь, долго, медленно, задержка, опоздать, опоздание, срок, затянуть",
    "Возврат и обмен": "возврат, вернуть, возвратить, обмен, обменять, гарантия, рекламация, вернуть деньги",
    "Сайт и приложение": "сайт, приложение, интернет-магазин, личный кабинет, корзина, кнопка, страница, онлайн, регистрация, пароль",
    "Выбор и наличие": "ассортимент, выбор, наличие, размер, новинка, разнообразие, закончиться, отсутствовать, нет в наличии, под заказ",
    "Чистота и удобство": "чистота, чистый, чисто, грязь, грязный, грязно, запах, тесный, душно, уборка, туалет, примерочная, парковка",
    "Дозвониться": (
        "дозвониться, дозваниваться, звонок, перезвонить, не перезвонить, трубка, не брать трубку, не отвечать, линия, телефон, оператор, "
        "колл-центр, автоответчик"
    ),
    "Оплата": "оплата, оплатить, оплачивать, касса, чек, карта, терминал, рассрочка, кредит, счёт, перевод, наличные",
}
ENGLISH = {
    "Delivery": "delivery, deliver, courier, shipping, shipped, parcel, pick-up point",
    "Price": "price, pricing, cost, expensive, cheap, discount, overpriced, value for money",
    "Politeness of staff": "polite, politeness, rude, rudeness, friendly, attitude, respect, smile, attentive, indifferent",
    "Knowledge of staff": "consultant, advice, explain, knowledge, knowledgeable, incompetent, professional, expert",
    "Quality": "quality, defect, defective, broken, broke, faulty, fell apart, durable, seam",
    "Waiting": "wait, waiting, queue, slow, slowly, delay, late, hour, on time",
    "Returns and exchange": "return, refund, exchange, warranty, money back",
    "Site and app": "site, website, app, page, button, basket, checkout, login, password, online",
    "Choice and stock": "choice, range, assortment, stock, available, availability, size, variety, sold out",
    "Cleanliness and comfort": "clean, dirty, dirt, smell, cramped, stuffy, toilet, parking, fitting room",
    "Reaching us by phone": "phone, call, called, call back, pick up, answer the phone, hotline, operator, line",
    "Payment": "pay, payment, paid, cash, card, receipt, terminal, instalment, invoice",
}


def starter_themes(locale: str) -> list[tuple[str, list[str]]]:
    """Return (name, words): names in the language of the reader, words in both, since Clients write in either."""
    pairs = zip(RUSSIAN.items(), ENGLISH.items(), strict=True)
    own = 1 if locale.startswith("en") else 0
    return [(pair[own][0], split(pair[own][1]) + split(pair[1 - own][1])) for pair in pairs]


def split(words: str) -> list[str]:
    """Return the words and phrases of a line."""
    return words.split(", ")
