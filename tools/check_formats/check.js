// SPDX-License-Identifier: MIT
// What programs that are not ours make of exports: check.js FOLDER, with what tools/check_formats.sh laid into it.  OTLP by the official
// schema; folded, speedscope and Chrome traces in speedscope, in a browser; the page and the flame graph in that browser.
'use strict';
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const path = require('path');
const { chromium } = require('playwright-core');
const { opentelemetry } = require('@opentelemetry/otlp-transformer/build/src/generated/root.js');

const folder = path.resolve(process.argv[2]);
const read = name => fs.readFileSync(path.join(folder, name), 'utf8');
let passed = 0;

function fine(what) {
	passed++;
	console.log(`fine: ${what}`);
}

// OTLP/JSON has ids in hexadecimal, where other protobuf JSON has base64.
function recoded(value, from, to) {
	if (Array.isArray(value))
		return value.map(below => recoded(below, from, to));
	if (value === null || typeof value !== 'object')
		return value;
	return Object.fromEntries(Object.entries(value).map(([key, below]) =>
		[key, ['traceId', 'spanId', 'parentSpanId'].includes(key) ? Buffer.from(below, from).toString(to) : recoded(below, from, to)]));
}

// What protobuf leaves out because it is the same as absent: zeros, empty lists and texts.
function bare(value) {
	if (Array.isArray(value))
		return value.map(bare);
	if (value === null || typeof value !== 'object')
		return value;
	return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, bare(below)])
		.filter(([key, below]) => key.endsWith('Value') || key.startsWith('as') || !(below === 0 || below === '' || below === '0' || below === false || (Array.isArray(below) && !below.length))));
}

function checkOtlp() {
	const types = [opentelemetry.proto.trace.v1.TracesData, opentelemetry.proto.metrics.v1.MetricsData];
	read('otlp').trim().split('\n').forEach((line, i) => {
		const given = JSON.parse(line), type = types[i];
		const message = type.fromObject(recoded(given, 'hex', 'base64'));
		assert.strictEqual(type.verify(message), null);
		const back = type.toObject(type.decode(type.encode(message).finish()), { longs: String, bytes: String, enums: Number, json: true });
		assert.deepStrictEqual(bare(recoded(back, 'base64', 'hex')), bare(given));
		fine(`otlp: ${type.name} says all that was written`);
	});
}

function serve(root) {
	const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
	const server = http.createServer((request, response) => {
		const file = path.join(root, request.url === '/' ? 'index.html' : request.url.split('?')[0]);
		fs.readFile(file, (error, data) => {
			response.writeHead(error ? 404 : 200, { 'Content-Type': kinds[path.extname(file)] || 'application/octet-stream' });
			response.end(data);
		});
	});
	return new Promise(done => server.listen(0, '127.0.0.1', () => done(server)));
}

// "402.26ms (3.7%)" and "8,135,516,624 (75%)" to ns, and half of the last digit that is shown.
function nanoseconds(text, unit) {
	const [, figure, of] = /^([\d,.]+)([a-zµ]*)/.exec(text);
	const factor = { '': unit, ns: 1, 'µs': 1e3, ms: 1e6, s: 1e9 }[of];
	const digits = (figure.split('.')[1] || '').length;
	return { ns: Number(figure.replace(/,/g, '')) * factor, within: 0.51 * factor * 10 ** -digits };
}

async function checkSpeedscope(browser, site, file, unit) {
	const page = await browser.newPage(), said = [];
	page.on('pageerror', error => said.push(error.message));
	page.on('console', message => /Tried to end|still open|Closing auto/.test(message.text()) && said.push(message.text()));
	await page.goto(site);
	await page.setInputFiles('input[type=file]', path.join(folder, file));
	await page.waitForFunction(() => document.querySelectorAll('canvas').length > 0);
	await page.keyboard.press('3');
	const names = JSON.parse(read('report')).names;
	await page.waitForFunction(name => [...document.querySelectorAll('tr')].some(row => row.innerText.trim().endsWith(name)), names[0].name);
	const rows = (await page.locator('tr').allInnerTexts()).map(row => row.trim().split(/\s*[\t\n]\s*/)).filter(cells => cells.length === 3);
	const found = new Map(rows.map(cells => [cells[2], cells]));
	for (const name of names) {
		assert.ok(found.has(name.name), `${file}: no ${name.name} among ${[...found.keys()]}`);
		const [total, own] = found.get(name.name);
		for (const [shown, known] of [[total, name.total_ns], [own, name.self_ns]]) {
			const { ns, within } = nanoseconds(shown, unit);
			assert.ok(Math.abs(ns - known) <= within + 3 * name.count, `${file}: ${name.name}: ${shown} is not ${known} ns`);
		}
	}
	assert.deepStrictEqual(said, []);
	fine(`${file}: speedscope has the totals and own times of ${names.length} names`);
	await page.close();
}

async function open(browser, file, width, scheme) {
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
	page.wrong = [];
	page.on('pageerror', error => page.wrong.push(error.message));
	page.on('console', message => message.type() === 'error' && page.wrong.push(message.text()));
	page.on('request', request => request.url().startsWith('file:') || page.wrong.push(`asks for ${request.url()}`));
	await page.goto(`file://${path.join(folder, file)}`);
	return page;
}

// Pages fit a phone, in the light and in the dark; look at the pictures in the folder.
async function checkLooks(browser, file) {
	for (const [device, width] of [['phone', 390], ['desktop', 1280]])
		for (const scheme of ['light', 'dark']) {
			const page = await open(browser, file, width, scheme);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth);
			assert.ok(wide <= width, `${file}: ${wide} pixels wide on ${width}`);
			if (file.endsWith('.html')) // of a bare SVG document no picture can be taken this way
				await page.screenshot({ path: path.join(folder, `${file}-${device}-${scheme}.png`), fullPage: true });
			assert.deepStrictEqual(page.wrong, []);
			await page.close();
		}
	fine(`${file}: fits a phone and a desktop and loads nothing`);
}

async function checkFlame(browser, file) {
	const page = await open(browser, file, 1000, 'light');
	const box = name => page.locator(`xpath=//*[local-name()="svg" and @class="box"][*[local-name()="text" and starts-with(., "${name}")]]`).first();
	const width = name => box(name).evaluate(found => found.querySelector(':scope > rect').getBoundingClientRect().width);
	const names = JSON.parse(read('report')).names, inner = names[1].name, outer = names[0].name;
	const before = await width(inner), whole = await width('all spans');
	await box(inner).locator('xpath=./*[local-name()="rect"][1]').click();
	assert.ok(await width(inner) > before && Math.abs(await width(inner) - await width(outer)) < 1);
	await page.keyboard.press('Escape');
	assert.ok(Math.abs(await width(inner) - before) < 1);
	await page.fill('.flame-search', inner.toUpperCase());
	const share = Number(/([\d.]+) %/.exec(await page.locator('.flame-found').innerText())[1]);
	assert.ok(Math.abs(share - 100 * before / (await width(outer))) < 1, `${share} % found`);
	if (await page.locator('.flame-measure').count()) {
		await page.click('.flame-measure');
		assert.strictEqual(await page.locator('.flame-measure').innerText(), 'show own time');
	}
	assert.deepStrictEqual(page.wrong, []);
	fine(`${file}: zooms, searches, changes its measure (${Math.round(whole)} pixels)`);
	await page.close();
}

async function main() {
	checkOtlp();
	const server = await serve(path.join(path.dirname(require.resolve('speedscope/package.json')), 'dist', 'release'));
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
	const site = `http://127.0.0.1:${server.address().port}/`;
	await checkSpeedscope(browser, site, 'folded', 1);
	await checkSpeedscope(browser, site, 'speedscope.json', 1);
	await checkSpeedscope(browser, site, 'chrome.json', 1e3);
	for (const file of ['page.html', 'flame.svg']) {
		await checkLooks(browser, file);
		await checkFlame(browser, file);
	}
	await browser.close();
	server.close();
	console.log(`${passed} passed, 0 failed`);
}

main().catch(error => {
	console.error(error);
	console.log(`${passed} passed, 1 failed`);
	process.exit(1);
});
