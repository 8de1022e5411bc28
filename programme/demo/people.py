"""Invented people: names that agree in gender, phones and addresses nobody has."""

from dataclasses import dataclass

import numpy as np

WOMEN = (
    "Ольга Анна Елена Наталья Ирина Марина Вера Юлия Софья Татьяна Светлана Дарья Полина Алёна Людмила Галина Ксения Лариса "
    "Варвара Надежда Евгения Инна Зоя Майя Тамара Кира Алла Виктория Эльвира Регина"
).split()
MEN = (
    "Игорь Антон Тимур Олег Роман Лев Павел Семён Андрей Дмитрий Сергей Михаил Николай Артём Кирилл Глеб Юрий Виктор Денис "
    "Максим Илья Фёдор Степан Руслан Константин Вадим Борис Марат Георгий Яков"
).split()
SURNAMES = (
    "Мельник Гайсин Лапшин Ким Быков Рогов Абрамов Щукин Кузин Дунаев Петров Соколов Ершов Ларин Титов Гордеев Белов Зимин "
    "Калинин Фролов Жданов Носов Тихонов Сычёв Авдеев Громов Панин Рябов Чернов Якушев Орлов Маслов Ведерников Гусев Ильин "
    "Котов Лебедев Миронов Никитин Осипов"
).split()
UNCHANGED = {"Мельник", "Ким"}

COMPANIES = (
    "Кофейня «Пенка»|Отель «Причал»|Барбершоп «Усы»|Студия «Шаг»|Школа «Ступени»|Ателье «Нить»|Ресторан «Сад»|Салон «Локон»|"
    "Хостел «Берег»|Пекарня «Колос»|Стоматология «Улыбка»|Театр «Фонарь»|Спортклуб «Темп»|Гостиница «Волга»|Кафе «Мята»|"
    "Детский сад «Ветерок»|Банкетный зал «Люстра»|Бар «Маяк на углу»|Клиника «Лад»|Фотостудия «Свет»|Ресторан «Перец»|"
    "Автосалон «Старт»|Прокат «Карнавал»|Цирковая школа «Купол»|Отель «Сосны»|Чайная «Пуэр»|Столовая «Ложка»|Спа «Роса»|"
    "Кондитерская «Безе»|Йога-студия «Лотос»"
).split("|")


@dataclass(frozen=True)
class Person:
    """A private Client as the till knows them."""

    name: str
    is_woman: bool


def draw_person(random: np.random.Generator) -> Person:
    """Return a person whose surname agrees with the first name."""
    is_woman = bool(random.random() < 0.64)
    surname = str(random.choice(SURNAMES))
    if is_woman and surname not in UNCHANGED:
        surname += "а"
    return Person(f"{random.choice(WOMEN if is_woman else MEN)} {surname}", is_woman)


def phone_number(index: int) -> str:
    """Return an E.164 number from a range that is not given to anybody."""
    return f"+7900{index:07d}"
