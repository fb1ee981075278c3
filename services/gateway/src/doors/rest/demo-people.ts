/** A demo person. Anybody may sign in as one where `DEMO` is set. */
export interface DemoPerson {
  id: number;
  name: string;
  companyId: number;
  companyName: string;
  /** The role in the company, as the token gives it. */
  companyRole?: 'admin';
  /** The person's work, for the sign-in page. */
  title: { en: string; ru: string };
}

const PORT = { companyId: 9_001, companyName: 'Северный порт' };
const FREIGHT = { companyId: 9_002, companyName: 'Baltic Freight' };

/** The demo people: three of each of two companies. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    id: 900_001,
    name: 'Анна Соколова',
    ...PORT,
    companyRole: 'admin',
    title: { en: 'Head of operations', ru: 'Начальник службы эксплуатации' },
  },
  { id: 900_002, name: 'Борис Лебедев', ...PORT, title: { en: 'Dispatcher', ru: 'Диспетчер' } },
  { id: 900_003, name: 'Вера Крылова', ...PORT, title: { en: 'Customs clerk', ru: 'Специалист по таможне' } },
  {
    id: 900_004,
    name: 'Erik Lindqvist',
    ...FREIGHT,
    companyRole: 'admin',
    title: { en: 'Managing director', ru: 'Управляющий директор' },
  },
  { id: 900_005, name: 'Maria Kask', ...FREIGHT, title: { en: 'Logistics manager', ru: 'Менеджер по логистике' } },
  { id: 900_006, name: 'Tomas Berg', ...FREIGHT, title: { en: 'Chief accountant', ru: 'Главный бухгалтер' } },
];
