import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, bytesPerSecond, change, cores, count, duration, grouped, rate, ratio, sentence, share, significant } from './format.ts'
import { parseDuration } from './parse-duration.ts'
import { age, clock, instantMs, milliseconds, shortClock, utc, zoneName } from './time.ts'
import { bounded, visible } from './text.ts'

const say = (figure: Parameters<typeof sentence>[0]) => sentence(figure).replaceAll('\u00a0', ' ')

test('durations have three significant digits and the unit in which they are below 1,000', () => {
  const cases: [number | null, string][] = [
    [0, '0'], [null, '–'], [1, '1 ns'], [96, '96 ns'], [96.25, '96.3 ns'], [999, '999 ns'], [999.6, '1.00 µs'], [1_000, '1.00 µs'], [84_200, '84.2 µs'],
    [870_000, '870 µs'], [999_499, '999 µs'], [999_500, '1.00 ms'], [1_420_000, '1.42 ms'], [46_249_999, '46.2 ms'], [610e6, '610 ms'], [1.424e9, '1.42 s'],
    [90e9, '90.0 s'], [119.99e9, '120 s'], [255e9, '4.25 min'], [6.02 * 3600e9, '6.02 h'],
  ]
  for (const [ns, text] of cases) assert.equal(say(duration(ns)), text, String(ns))
  assert.equal(duration(1_420_123).exact, '1,420,123 ns')
  assert.equal(duration(undefined).quiet, true)
  assert.equal(say(duration(Number.NaN)), '–')
})

test('rates get k from 1,000 on and keep /s tight', () => {
  const cases: [number | null, string][] = [[0, '0/s'], [null, '–'], [64.83, '64.8/s'], [999.6, '1.00k/s'], [3412, '3.41k/s'], [13_137, '13.1k/s'], [1_234_567, '1.23M/s'], [0.0421, '0.0421/s']]
  for (const [perSecond, text] of cases) assert.equal(say(rate(perSecond)), text)
})

test('bytes are decimal, whole below a kilobyte', () => {
  const cases: [number | null, string][] = [[0, '0 B'], [304, '304 B'], [999, '999 B'], [1000, '1.00 kB'], [4620, '4.62 kB'], [131e6, '131 MB'], [41.2e9, '41.2 GB'], [5e15, '5,000 TB'], [null, '–']]
  for (const [value, text] of cases) assert.equal(say(bytes(value)), text)
  assert.equal(say(bytesPerSecond(480_000)), '480 kB/s')
})

test('shares: two decimals, then fewer; too little to show is said, nothing is 0', () => {
  const cases: [number | null, string][] = [[0, '0 %'], [0.00001, '< 0.01 %'], [0.0012, '0.12 %'], [0.0184, '1.84 %'], [0.184, '18.4 %'], [0.9996, '100 %'], [1, '100 %'], [null, '–']]
  for (const [value, text] of cases) assert.equal(say(share(value)), text)
})

test('counts are in full, cores to a hundredth, ratios from 1.2 on, changes with a real minus', () => {
  assert.equal(count(58_320).value, '58,320')
  assert.equal(count(0).quiet, true)
  assert.equal(grouped(-1234567.25), '−1,234,567.25')
  assert.equal(say(cores(0.0412)), '0.04 cores')
  assert.equal(say(cores(0.004)), '< 0.01 cores')
  assert.equal(say(cores(1.123)), '1.12 cores')
  assert.equal(ratio(1.19), '')
  assert.equal(ratio(3.14), '3.1×')
  assert.equal(ratio(12.4), '12×')
  assert.equal(change(-0.341), '−34\u00a0%')
  assert.equal(change(1.2), '+120\u00a0%')
  assert.equal(significant(-8.4), '−8.40')
  assert.equal(significant(0.00012), '0.000120')
})

test('times: clock, milliseconds, UTC with all digits, zone, ages of at most two units', () => {
  const at = new Date(2026, 10, 22, 14, 8, 39, 998).getTime()
  assert.equal(clock(at), '14:08:39')
  assert.equal(milliseconds(at), '.998')
  assert.equal(shortClock(new Date(2026, 10, 22, 14, 8).getTime()), '14:08')
  assert.equal(clock(Number.NaN), '–')
  assert.equal(instantMs('2026-11-22T22:14:15.123456789Z'), Date.UTC(2026, 10, 22, 22, 14, 15, 123))
  assert.equal(utc('2026-11-22T22:14:15.123456789Z'), '2026-11-22 22:14:15.123456789 UTC')
  assert.equal(zoneName(Date.UTC(2026, 0, 1), 'UTC'), 'UTC')
  const ages: [number, string][] = [[0, '0 s'], [12.9, '12 s'], [61, '1 min'], [1140, '19 min'], [3600, '1 h'], [8100, '2 h 15 min'], [36_000, '10 h'], [532_800, '6 d 4 h'], [86_400 * 31 + 3600, '31 d'], [-4, '0 s']]
  for (const [seconds, text] of ages) assert.equal(age(seconds).replaceAll('\u00a0', ' '), text)
})

test('text of watched programs: controls and direction marks are shown, all else stays', () => {
  assert.equal(visible('a\u0000b\u001b[31m\r\n\tc\u007f\u009f'), 'a␀b\\x1b[31m\\r\\n\\tc\\x7f\\x9f')
  assert.equal(visible('/\u202egnp.exe\u2066\ufeff'), '/\\u202egnp.exe\\u2066\\ufeff')
  assert.equal(visible('\ud800x \udc00'), '\\ud800x \\udc00')
  assert.equal(visible('ünï 😀 日本 <script>&amp;'), 'ünï 😀 日本 <script>&amp;')
  assert.equal(bounded('abcdef', 6), 'abcdef')
  assert.equal(bounded('abcdefg', 6), 'abcde…')
  assert.equal(bounded('abcd😀fg', 6), 'abcd…')
})

test('durations as people type them', () => {
  const cases: [string, number | undefined][] = [['380 ms', 380e6], ['1.5s', 1.5e9], ['870µs', 870e3], ['870us', 870e3], ['250', 250e6], ['2 min', 120e9], ['', undefined], ['fast', undefined], ['5 parsecs', undefined], ['-1ms', undefined]]
  for (const [text, ns] of cases) assert.equal(parseDuration(text), ns, text)
})
