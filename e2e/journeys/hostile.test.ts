/** On a real server, watched in the kernel: whatever bytes it is sent are text, and a probe is switched from its page. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { visible } from '../../apps/web/ui/text.ts'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { startPython } from '../workloads/python.ts'
import type { Workload } from '../workloads/workload.ts'
import { launch, open, output } from './browser.ts'

const rows = (page: Page) => page.getByRole('grid', { name: 'Requests' }).getByRole('row')
let browser: Browser
let sonde: RunningSonde
let server: Workload
before(async () => {
  browser = await launch()
  server = await startPython(26_231)
  sonde = await startSonde({ port: 26_223 })
})
after(async () => {
  await browser?.close()
  await sonde?.stop()
  await server?.stop()
})

/** Sends bytes as they are and waits until the server has said all it will. */
const send = (bytes: Buffer) =>
  new Promise<void>((resolve) => {
    const socket = connect(26_231, '127.0.0.1', () => socket.write(bytes))
    // A server that refuses may reset what it has not read.
    socket.on('error', () => {}).resume().once('close', () => resolve())
  })
const ask = (path: Buffer) => send(Buffer.concat([Buffer.from('GET '), path, Buffer.from(' HTTP/1.1\r\nHost: hostile\r\nConnection: close\r\n\r\n')]))

test('hostile bytes are text: in the list, in the detail, as a filter, in the API and in what Sonde prints', async () => {
  const marker = `/hostile-${process.pid}`
  const paths = {
    escape: Buffer.from('\u001b[31mred\u001b]0;title\u0007'), markup: Buffer.from('<script>window.broken=1</script><img/src=x/onerror=window.broken=1>'),
    invalid: Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]), bidi: Buffer.from('\u202egnp.exe\u2066'), long: Buffer.from('a'.repeat(8192)), controls: Buffer.from([1, 2, 0x7f, 8]),
  }
  for (const [name, bytes] of Object.entries(paths)) await ask(Buffer.concat([Buffer.from(`${marker}/${name}/`), bytes]))
  const found = await until(
    () => sonde.get<{ requests: { path: string; role: string }[] }>(`requests?path=${encodeURIComponent(`${marker}/`)}*&role=server`),
    ({ requests }) => requests.length === Object.keys(paths).length, 60_000,
  )
  assert.deepEqual(found.requests.map(({ path }) => path.slice(marker.length + 1).split('/')[0]).sort(), Object.keys(paths).sort())
  const { page, errors, close } = await open(browser, `${sonde.url}/requests?path=${encodeURIComponent(`${marker}/`)}*&role=server`)
  await rows(page).nth(Object.keys(paths).length).waitFor()
  const shown = await page.locator('[role=grid][aria-label=Requests] tbody bdi.mono').evaluateAll((all) => all.map((element) => element.textContent ?? ''))
  for (const { path } of found.requests) {
    const text = visible(path)
    assert.ok(shown.some((one) => text.startsWith(one.replace(/…$/, '')) && one.startsWith(marker)), `${text.slice(0, 80)} is in ${JSON.stringify(shown).slice(0, 400)}`)
  }
  const dangerous = '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]'
  assert.deepEqual(await page.evaluate<string[]>(`document.body.innerText.match(new RegExp(${JSON.stringify(dangerous)}, 'g')) ?? []`), [])
  for (const name of ['escape', 'markup', 'bidi']) {
    await rows(page).filter({ hasText: `${marker}/${name}/` }).first().click()
    await page.getByRole('region', { name: 'Request', exact: true }).getByText(`${marker}/${name}/`).first().waitFor()
    assert.deepEqual(await page.evaluate<string[]>(`document.body.innerText.match(new RegExp(${JSON.stringify(dangerous)}, 'g')) ?? []`), [])
  }
  await page.screenshot({ path: join(output, 'live-hostile-dark.png') })
  assert.equal(await page.evaluate('window.broken'), undefined)
  assert.deepEqual(errors, [])
  assert.doesNotMatch(sonde.said(), new RegExp(dangerous))
  await close()
})

test('a probe is switched off and on at the Collector page, and the kernel follows', async () => {
  const { page, errors, close } = await open(browser, `${sonde.url}/collector`)
  const probe = page.getByRole('switch', { name: /process_lifecycle/ })
  await probe.waitFor()
  for (const on of [false, true]) {
    await probe.click()
    await page.locator(`[role=switch][aria-checked=${on}]`).and(probe).waitFor()
    const state = async () => (await sonde.get<{ probes: { name: string; state: string }[] }>('probes')).probes.find(({ name }) => name === 'process_lifecycle')?.state
    assert.equal(await until(state, (one) => one === (on ? 'attached' : 'off'), 60_000), on ? 'attached' : 'off')
  }
  assert.deepEqual(errors, [])
  await close()
})
