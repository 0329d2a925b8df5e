/** A name as people write it, and the Latin letters of it that stand in their email address. */
export type SpelledName = readonly [written: string, latin: string];

export interface Script {
  readonly name: string;
  /** Out of 100 people. */
  readonly share: number;
  readonly first: readonly [SpelledName, ...SpelledName[]];
  readonly last: readonly [SpelledName, ...SpelledName[]];
}

function spelled(pairs: string): [SpelledName, ...SpelledName[]] {
  const [head, ...rest] = pairs.split(' ').map((pair): SpelledName => {
    const [written = '', latin = written.toLowerCase()] = pair.split('/');
    return [written.replaceAll('_', ' '), latin];
  });
  return [head ?? ['', ''], ...rest];
}

/** Shares add up to 100. */
export const SCRIPTS: readonly [Script, ...Script[]] = [
  {
    name: 'Latin',
    share: 58,
    first: spelled(
      'Anna Maria James Linda Robert Sofia José/jose Zoë/zoe Chloé/chloe François/francois Jürgen/juergen Søren/soren Łukasz/lukasz Agnieszka Nguyễn/nguyen Thảo/thao Olivia Noah Emma Liam Mia Lucas Ana_María/anamaria Jean-Luc/jeanluc Aoife Siobhán/siobhan Þóra/thora Ayşe/ayse Mehmet Kofi Amara Tomáš/tomas Eszter Ioana Mateo Isabella',
    ),
    last: spelled(
      "Smith Johnson Garcia/garcia Müller/mueller O'Brien/obrien Nuñez/nunez Østergård/ostergard Kowalski Wiśniewska/wisniewska Dvořák/dvorak Lefèvre/lefevre D'Angelo/dangelo van_der_Berg/vanderberg Silva Santos Nagy Popescu Yılmaz/yilmaz Okafor Mensah Jónsdóttir/jonsdottir Trần/tran Phạm/pham Smith-Jones/smithjones Brown Lee Martin Rossi Bianchi Fernández/fernandez MacDonald Wolfeschlegelsteinhausenbergerdorff/wolfe Virtanen Andersson Dubois",
    ),
  },
  {
    name: 'Cyrillic',
    share: 12,
    first: spelled(
      'Анна/anna Мария/maria Иван/ivan Олена/olena Дмитрий/dmitry Светлана/svetlana Јован/jovan Наталія/nataliia Георги/georgi Ольга/olga Сергей/sergey Айгүл/aigul',
    ),
    last: spelled(
      'Иванов/ivanov Петрова/petrova Шевченко/shevchenko Кузнецов/kuznetsov Соколова/sokolova Петровић/petrovic Димитров/dimitrov Коваленко/kovalenko Смирнов/smirnov Щербак/shcherbak',
    ),
  },
  {
    name: 'Greek',
    share: 5,
    first: spelled('Γιώργος/giorgos Μαρία/maria Ελένη/eleni Νίκος/nikos Κωνσταντίνος/konstantinos Δέσποινα/despina'),
    last: spelled(
      'Παπαδόπουλος/papadopoulos Γεωργίου/georgiou Νικολάου/nikolaou Οικονόμου/oikonomou Βασιλείου/vasileiou',
    ),
  },
  {
    name: 'CJK',
    share: 13,
    first: spelled(
      '伟/wei 芳/fang 秀英/xiuying 小明/xiaoming 美玲/meiling さくら/sakura 陽翔/haruto ケンジ/kenji 지우/jiwoo 민준/minjun 서연/seoyeon 𠮷平/kippei',
    ),
    last: spelled(
      '王/wang 李/li 张/zhang 陳/chen 欧阳/ouyang 佐藤/sato 髙橋/takahashi 渡邉/watanabe 김/kim 박/park 최/choi',
    ),
  },
  {
    name: 'Arabic',
    share: 8,
    first: spelled('محمد/mohamed فاطمة/fatima أحمد/ahmed ليلى/layla عبد_الرحمن/abdulrahman مريم/maryam یاسمین/yasmin'),
    last: spelled('الهاشمي/alhashimi حسن/hassan الخطيب/alkhatib منصور/mansour رضایی/rezaei'),
  },
  {
    name: 'Hebrew',
    share: 4,
    first: spelled('נועה/noa דוד/david יעל/yael אברהם/avraham תמר/tamar'),
    last: spelled('כהן/cohen לוי/levi מזרחי/mizrahi בן-דוד/bendavid פרידמן/friedman'),
  },
];

export const COMPANIES = [
  'Acme Garden Supply',
  'Blue Door Bakery',
  'Café Olé & Söhne',
  'Kowalski i Synowie',
  'Northwind Traders',
  'Ότι Θες ΑΕ',
  'ООО «Ромашка»',
  '株式会社さくら',
  'Smith, Jones & Partners',
  'The "Quoted" Company',
] as const;

export const JOB_TITLES = [
  'Owner',
  'Head of Purchasing',
  'Accountant',
  'Volunteer',
  'Software Engineer',
  'Geschäftsführerin',
  'Директор',
  '店長',
] as const;

type Place = readonly [city: string, state: string, postalCode: string, country: string];

export const PLACES: readonly [Place, ...Place[]] = [
  ['Boston', 'MA', '02110', 'United States'],
  ['Austin', 'TX', '78701', 'United States'],
  ['Portland', 'OR', '97201', 'United States'],
  ['Québec', 'QC', 'G1R 4P5', 'Canada'],
  ['München', 'Bayern', '80331', 'Germany'],
  ['Kraków', 'Małopolskie', '31-004', 'Poland'],
  ['Αθήνα', 'Αττική', '105 57', 'Greece'],
  ['Київ', 'Київська', '01001', 'Ukraine'],
  ['東京都', '千代田区', '100-0001', 'Japan'],
  ['القاهرة', 'القاهرة', '11511', 'Egypt'],
  ['תל אביב', 'מחוז תל אביב', '61000', 'Israel'],
];

export const STREETS = [
  'Main Street',
  'Elm Avenue',
  'Rue de la Paix',
  'Hauptstraße',
  'ул. Лесная',
  'Οδός Ερμού',
] as const;

/** Names reserved for examples: nothing can ever reach a real mailbox. */
export const EMAIL_DOMAINS = ['example.com', 'example.org', 'example.net', 'mail.example', 'post.example'] as const;

export const NOTES = [
  'Met at the spring fair.',
  'Asked for the printed catalogue.',
  'Prefers a call in the morning ☎️',
  'Line one\nLine two',
  'לא להתקשר בשבת',
] as const;

export const LIST_NAMES = [
  'General Interest',
  'Newsletter',
  'Customers',
  'Volunteers',
  'Events',
  'Wholesale',
  'Donors',
  'Press',
  'Новости',
  'Ενημερώσεις',
  'お知らせ',
  'Lapsed customers',
] as const;

export const TAG_NAMES = [
  'vip',
  'spring fair 2024',
  'wholesale',
  'vegan',
  'early bird',
  'referral',
  'needs follow-up',
  'частный клиент',
  '常連',
  'cat person',
] as const;
