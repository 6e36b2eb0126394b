/**
 * What one US dollar is worth in the minor units of a currency. Two digits are enough: thresholds
 * ask for the order of magnitude, and rates that follow the market would change decisions by the day.
 */
export const MINOR_UNITS_PER_DOLLAR = {
  AED: 370,
  AUD: 150,
  BHD: 380,
  BRL: 550,
  CAD: 140,
  CHF: 90,
  CLP: 950,
  CNY: 720,
  COP: 400_000,
  CZK: 2_300,
  DKK: 690,
  EUR: 90,
  GBP: 80,
  HKD: 780,
  HUF: 36_000,
  IDR: 1_600_000,
  ILS: 370,
  INR: 8_400,
  ISK: 140,
  JOD: 710,
  JPY: 150,
  KRW: 1_400,
  KWD: 310,
  MXN: 1_900,
  MYR: 440,
  NGN: 160_000,
  NOK: 1_100,
  NZD: 170,
  OMR: 390,
  PHP: 5_700,
  PLN: 400,
  RON: 460,
  SAR: 380,
  SEK: 1_000,
  SGD: 130,
  THB: 3_500,
  TND: 3_100,
  TRY: 3_400,
  TWD: 3_200,
  UAH: 4_100,
  USD: 100,
  VND: 25_000,
  ZAR: 1_800,
};

/** Merchant categories (ISO 18245) that fraud prefers: 1 for goods easily resold, 2 for money itself. */
export const CATEGORY_RISKS = {
  "4816": 1, // computer network services
  "4829": 2, // money transfer
  "5122": 1, // drugs, wholesale
  "5732": 1, // electronics
  "5816": 1, // digital goods: games
  "5912": 1, // pharmacies
  "5944": 1, // jewellery and watches
  "5966": 2, // outbound telemarketing
  "5967": 2, // inbound teleservices
  "5993": 1, // tobacco
  "6051": 2, // quasi cash, crypto currency
  "6211": 1, // securities
  "6540": 2, // stored value, top-ups
  "7273": 1, // dating
  "7800": 2, // lotteries
  "7801": 2, // online casinos
  "7802": 2, // racing
  "7995": 2, // betting
};
