/** A line of a demo conversation. */
export type DemoLine = {
  /** Id of the demo person who writes. */
  from: number;
  text: string;
  /** Place of the line that this one answers, counted from 0. */
  replyTo?: number;
  /** Ids of the people whom the line mentions. */
  mentions?: number[];
  /** Reactions, each as emoji and the people who react. */
  reactions?: [emoji: string, people: number[]][];
  isPinned?: boolean;
};

/** A demo conversation. The first of `people` begins it. A conversation with a name is a group. */
export type DemoConversation = {
  name?: string;
  people: number[];
  lines: DemoLine[];
  /** The people who have read everything. */
  readBy: number[];
};

const ANNA = 900_001;
const BORIS = 900_002;
const VERA = 900_003;
const ERIK = 900_004;
const MARIA = 900_005;
const TOMAS = 900_006;

/** The conversations that a new demo system has, the most recent last. */
export const DEMO_TALK: readonly DemoConversation[] = [
  {
    people: [TOMAS, VERA],
    lines: [
      { from: TOMAS, text: 'Hello Vera, we still miss the customs stamp on invoice 2214.' },
      { from: VERA, text: 'Добрый день! Таможня закрыла декларацию утром, отправлю скан после обеда.' },
      { from: TOMAS, text: 'Perfect, then I can close the month today.' },
      { from: VERA, text: 'Скан у вас в почте, оригинал поедет с водителем.', reactions: [['🙏', [TOMAS]]] },
    ],
    readBy: [TOMAS, VERA],
  },
  {
    name: 'Смена и причалы',
    people: [ANNA, BORIS, VERA],
    lines: [
      { from: ANNA, text: 'Коллеги, с понедельника третий причал закрыт на дноуглубление.' },
      { from: BORIS, text: 'Принято. Балкеры увожу на пятый, контейнеры остаются на втором.' },
      { from: VERA, text: 'Тогда досмотр тоже переносим ко второму?' },
      { from: ANNA, text: 'Да, пост переедет в воскресенье вечером.', replyTo: 2, isPinned: true },
      { from: BORIS, text: 'Расписание кранов обновил, оно в общей папке.', reactions: [['👍', [ANNA, VERA]]] },
    ],
    readBy: [ANNA, BORIS],
  },
  {
    people: [ERIK, TOMAS],
    lines: [
      { from: ERIK, text: 'Tomas, what would a second weekly call at the northern port cost us?' },
      { from: TOMAS, text: 'Roughly 41,000 a quarter with the volume rebate. I will send the sheet.' },
    ],
    readBy: [ERIK, TOMAS],
  },
  {
    people: [ANNA, BORIS],
    lines: [
      { from: ANNA, text: 'Борис, окно для «Невы-7» получилось сдвинуть?' },
      { from: BORIS, text: 'Да, четверг, 06:40. Лоцман подтверждён.' },
      { from: ANNA, text: 'Отлично, спасибо! Напишите, пожалуйста, в общий чат.', reactions: [['👌', [BORIS]]] },
    ],
    readBy: [ANNA, BORIS],
  },
  {
    people: [MARIA, BORIS],
    lines: [
      { from: MARIA, text: 'Boris, the trucks for the Neva-7 cargo arrive at 05:30. Is the gate open then?' },
      { from: BORIS, text: 'Ворота 4 открыты с 05:00, пропуска уже на КПП.' },
      { from: MARIA, text: 'Great. Twelve trucks, plates follow in an hour.' },
      { from: BORIS, text: 'Жду номера, занесу сразу.' },
      {
        from: MARIA,
        text: 'Plates:\n```\nAB 1204 · AB 1209 · CE 5510 · CE 5511\nKM 0042 · KM 0043 · KM 0051 · LT 7730\n```',
      },
    ],
    readBy: [MARIA],
  },
  {
    people: [ERIK, ANNA],
    lines: [
      { from: ERIK, text: 'Good morning Anna! We would like to renew the handling contract for two years.' },
      { from: ANNA, text: 'Доброе утро, Эрик! С удовольствием. Ставки те же, добавим пункт о ночных сменах.' },
      { from: ERIK, text: 'Night shifts are fine for us. Could the free storage go from 5 to 7 days?' },
      { from: ANNA, text: 'Семь дней для контейнеров — да, для негабарита оставим пять.', replyTo: 2 },
      { from: ERIK, text: 'Agreed. Shall we sign on Thursday, when Neva-7 is in?', reactions: [['🤝', [ANNA]]] },
    ],
    readBy: [ERIK],
  },
  {
    name: 'Рейс «Нева-7» · Neva-7',
    people: [ANNA, BORIS, VERA, ERIK, MARIA, TOMAS],
    lines: [
      {
        from: ANNA,
        text: 'Здесь всё по рейсу «Нева-7». Everything about the call of Neva-7 goes here.',
        isPinned: true,
      },
      { from: MARIA, text: 'Hello everyone! 84 containers and two oversized units, the list is with Vera.' },
      { from: VERA, text: 'Список получила. По двум позициям нужны сертификаты: строки 17 и 63.' },
      { from: MARIA, text: 'Certificates for 17 are ready, 63 comes tomorrow before noon.', replyTo: 2 },
      {
        from: BORIS,
        text: 'Окно у причала: четверг, 06:40. Лоцман и два буксира заказаны.',
        isPinned: true,
        reactions: [
          ['👍', [ANNA, MARIA, ERIK]],
          ['⚓', [TOMAS]],
        ],
      },
      { from: ERIK, text: 'Excellent. The master reports ETA 05:10 at the roads.' },
      { from: TOMAS, text: 'Port dues are prepaid, the receipt is in the shared folder.' },
      { from: ANNA, text: '@Maria Kask негабарит ставим у крана 6 — подходит?', mentions: [MARIA] },
      { from: MARIA, text: 'Yes, crane 6 is right. The low-loader waits from 09:00.', replyTo: 7 },
      {
        from: VERA,
        text: 'Сертификат по строке 63 пришёл, декларация принята 🎉',
        reactions: [['🎉', [ANNA, BORIS, MARIA]]],
      },
      { from: ERIK, text: '@Анна Соколова thank you all. See you on Thursday on the quay!', mentions: [ANNA] },
    ],
    readBy: [ERIK, VERA],
  },
];
