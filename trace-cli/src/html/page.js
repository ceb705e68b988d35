'use strict';
// Reads the columns of `columns.rs`, and shows them. All texts are set as
// text: nothing of a log becomes markup.
(() => {
  const $ = (id) => document.getElementById(id);
  const OUTCOMES = ['ok', 'error', 'cancelled', 'panicked', 'other'];
  const STYLES = ['', 'bad', 'warn', 'bad', ''];
  const ROW = 24;

  // ---- The data ----------------------------------------------------------

  function bytesOf(text) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
    return bytes;
  }

  async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  class Reader {
    constructor(bytes) { this.bytes = bytes; this.at = 0; this.decoder = new TextDecoder(); }
    number() {
      let number = 0, scale = 1, byte;
      do {
        byte = this.bytes[this.at++];
        number += (byte & 127) * scale;
        scale *= 128;
      } while (byte > 127);
      return number;
    }
    signed() {
      const number = this.number();
      return number % 2 ? -(number + 1) / 2 : number / 2;
    }
    text() {
      const len = this.number();
      this.at += len;
      return this.decoder.decode(this.bytes.subarray(this.at - len, this.at));
    }
    column(count, Kind, isSigned) {
      const column = new Kind(count);
      for (let at = 0; at < count; at++) column[at] = isSigned ? this.signed() : this.number();
      return column;
    }
  }

  function read(bytes) {
    const from = new Reader(bytes);
    const data = { meta: JSON.parse(from.text()), texts: [''] };
    for (let count = from.number(); count > 0; count--) data.texts.push(from.text());
    const count = data.count = from.number();
    data.ids = new Uint8Array(count * 16);
    data.otherIds = new Map();
    for (let at = 0; at < count; at++) {
      if (from.number()) {
        data.ids.set(from.bytes.subarray(from.at, from.at + 16), at * 16);
        from.at += 16;
      } else {
        data.otherIds.set(at, from.text());
      }
    }
    data.start = from.column(count, Float64Array, true);
    for (let at = 1; at < count; at++) data.start[at] += data.start[at - 1];
    data.status = from.column(count, Uint32Array);
    data.firstSpan = begins(from.column(count, Uint32Array));
    data.firstEvent = begins(from.column(count, Uint32Array));
    const spans = data.firstSpan[count], events = data.firstEvent[count];
    for (const key of ['above', 'name', 'service']) data[key] = from.column(spans, Uint32Array);
    data.from = from.column(spans, Float64Array, true);
    for (const key of ['took', 'busy']) data[key] = from.column(spans, Float64Array);
    for (const key of ['flags', 'error', 'fields']) data[key] = from.column(spans, Uint32Array);
    data.eventSpan = from.column(events, Uint32Array);
    data.eventAt = from.column(events, Float64Array, true);
    for (const key of ['eventLevel', 'eventText', 'eventFields']) data[key] = from.column(events, Uint32Array);
    return data;
  }

  function begins(counts) {
    const begins = new Uint32Array(counts.length + 1);
    for (let at = 0; at < counts.length; at++) begins[at + 1] = begins[at] + counts[at];
    return begins;
  }

  // ---- Texts -------------------------------------------------------------

  const group = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
  const ms = (micros) => {
    const whole = Math.abs(Math.round(micros));
    const rest = String(whole % 1000).padStart(3, '0');
    return (micros < 0 && whole ? '-' : '') + group(Math.floor(whole / 1000)) + '.' + rest;
  };
  const two = (number) => String(number).padStart(2, '0');

  function clock(micros) {
    const date = new Date(Math.floor(micros / 1000));
    const rest = String(((micros % 1e6) + 1e6) % 1e6).padStart(6, '0');
    return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}.${rest}`;
  }

  function day(micros) {
    return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
  }

  function idOf(data, trace) {
    if (data.otherIds.has(trace)) return data.otherIds.get(trace);
    let id = '';
    for (let at = trace * 16; at < trace * 16 + 16; at++) id += data.ids[at].toString(16).padStart(2, '0');
    return id;
  }

  function make(kind, text, style) {
    const element = document.createElement(kind);
    if (text !== undefined) element.textContent = text;
    if (style) element.className = style;
    return element;
  }

  // ---- The choice --------------------------------------------------------

  let data, chosen = [], current = -1, shown = -1;

  const root = (trace) => data.firstSpan[trace];
  const hasRequest = (trace) => data.firstSpan[trace] < data.firstSpan[trace + 1]
    && (data.flags[root(trace)] & 64) !== 0;
  const took = (trace) => hasRequest(trace) ? Math.max(0, data.took[root(trace)] - 1) : 0;
  const nameOf = (trace) => hasRequest(trace) ? data.texts[data.name[root(trace)]] : '(no request line)';
  const outcomeOf = (trace) => hasRequest(trace) ? data.flags[root(trace)] & 7 : 0;

  // An id is compared by its digits, so that no id is made of bytes.
  function prefixOf(text) {
    const digits = text.toLowerCase().replaceAll('-', '');
    if (!/^[0-9a-f]{4,32}$/.test(digits)) return null;
    const bytes = [];
    for (let at = 0; at + 1 < digits.length; at += 2) bytes.push(parseInt(digits.slice(at, at + 2), 16));
    const half = digits.length % 2 ? parseInt(digits[digits.length - 1], 16) : -1;
    return { bytes, half };
  }

  function hasPrefix(trace, prefix) {
    const begin = trace * 16;
    for (let at = 0; at < prefix.bytes.length; at++) if (data.ids[begin + at] !== prefix.bytes[at]) return false;
    return prefix.half < 0 || data.ids[begin + prefix.bytes.length] >> 4 === prefix.half;
  }

  function choose() {
    const text = $('text').value.trim();
    const lower = text.toLowerCase();
    const prefix = prefixOf(text);
    data.lower ??= data.texts.map((it) => it.toLowerCase());
    const texts = text ? Uint8Array.from(data.lower, (it) => it.includes(lower) ? 1 : 0) : null;
    const route = $('route').value, outcome = $('outcome').value;
    const least = Number($('slower').value || 0) * 1000;
    const isOf = (trace) => {
      if (route && nameOf(trace) !== route) return false;
      const of = outcomeOf(trace);
      if (outcome === 'failed' ? of < 1 || of > 3 : outcome && of !== Number(outcome)) return false;
      if (least && took(trace) < least) return false;
      return !text || prefix && hasPrefix(trace, prefix) || hasText(trace, texts, lower);
    };
    chosen = [];
    for (let trace = 0; trace < data.count; trace++) if (isOf(trace)) chosen.push(trace);
    const order = $('order').value;
    if (order === 'took') chosen.sort((a, b) => took(b) - took(a) || a - b);
    if (order === 'route') chosen.sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a - b);
    about();
    $('space').style.height = `${Math.min(chosen.length * ROW, 33000000)}px`;
    $('list').scrollTop = 0;
    draw();
  }

  function hasText(trace, texts, lower) {
    if (data.otherIds.size && data.otherIds.has(trace) && data.otherIds.get(trace).toLowerCase().includes(lower)) return true;
    for (let span = data.firstSpan[trace]; span < data.firstSpan[trace + 1]; span++) {
      if (texts[data.name[span]] || texts[data.fields[span]] || texts[data.error[span]]) return true;
    }
    for (let event = data.firstEvent[trace]; event < data.firstEvent[trace + 1]; event++) {
      if (texts[data.eventText[event]]) return true;
    }
    return false;
  }

  function about() {
    const meta = data.meta;
    let text = `${group(chosen.length)} of ${group(data.count)} requests`;
    if (meta.requests > data.count) text += `; the log holds ${group(meta.requests)}: all that failed or were slow, and a sample`;
    if (meta.range) text += `, ${meta.range}`;
    const stats = meta.routes.find((it) => it[0] === $('route').value);
    if (stats) text += ` · of the whole log: ${group(stats[1])} calls, ${group(stats[2])} errors, p50 ${stats[3]}, p95 ${stats[4]}, p99 ${stats[5]} ms`;
    $('about').textContent = text;
  }

  // ---- The list ----------------------------------------------------------

  function draw() {
    const list = $('list'), rows = $('rows');
    const scale = Math.max(1, chosen.length * ROW / 33000000);
    const first = Math.max(0, Math.floor(list.scrollTop * scale / ROW) - 2);
    const count = Math.ceil(list.clientHeight / ROW) + 4;
    const hadFocus = rows.contains(document.activeElement);
    const made = chosen.slice(first, first + count).map(row);
    rows.replaceChildren(...made);
    rows.style.top = `${Math.floor(first * ROW / scale)}px`;
    if (hadFocus) (rows.querySelector('[aria-current="true"]') || list).focus({ preventScroll: true });
  }

  function row(trace) {
    const button = make('button');
    button.type = 'button';
    const style = STYLES[outcomeOf(trace)];
    button.append(
      make('span', clock(data.start[trace]), 'time'),
      make('span', hasRequest(trace) ? ms(took(trace)) : '', 'took'),
      make('span', data.status[trace] || '', `status ${style}`),
      make('span', nameOf(trace), `name ${style}`),
      make('span', idOf(data, trace).slice(0, 8), 'id'),
    );
    button.tabIndex = -1;
    if (trace === current) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => open(trace));
    return button;
  }

  function open(trace) {
    current = trace;
    if (trace !== shown) story(trace);
    shown = trace;
    const link = `#${encodeURIComponent(idOf(data, trace))}`;
    try { history.replaceState(null, '', link); } catch { /* a page that may not have a history */ }
    reveal();
    draw();
  }

  function reveal() {
    const list = $('list'), at = chosen.indexOf(current);
    if (at < 0 || chosen.length * ROW > 33000000) return;
    if (at * ROW < list.scrollTop) list.scrollTop = at * ROW;
    const below = (at + 1) * ROW - list.clientHeight;
    if (below > list.scrollTop) list.scrollTop = below;
  }

  function move(by) {
    const at = chosen.indexOf(current);
    const next = at < 0 ? 0 : Math.min(chosen.length - 1, Math.max(0, at + by));
    if (chosen.length) open(chosen[next]);
  }

  // ---- The story ---------------------------------------------------------

  function story(trace) {
    const first = data.firstSpan[trace], end = data.firstSpan[trace + 1];
    const parts = [heading(trace), facts(trace)];
    for (let span = first; span < end; span++) {
      if (data.error[span] && (span === first || data.error[span] !== data.error[first])) {
        const error = make('p', 'error  ', 'bad');
        error.append(make('span', data.texts[data.error[span]]));
        parts.push(error);
      }
    }
    parts.push(table(trace, axis(trace)));
    $('story').replaceChildren(...parts);
    $('story').scrollTop = 0;
    document.title = `${idOf(data, trace).slice(0, 8)} ${nameOf(trace)}`;
  }

  function heading(trace) {
    const head = make('h1', `${nameOf(trace)}  `);
    const status = data.status[trace] ? `${data.status[trace]} ` : '';
    const outcome = hasRequest(trace) ? OUTCOMES[outcomeOf(trace)] : '';
    head.append(make('span', status + outcome, STYLES[outcomeOf(trace)]));
    if (hasRequest(trace)) head.append(`  ${ms(took(trace))} ms`);
    return head;
  }

  function facts(trace) {
    const line = make('p', undefined, 'dim');
    const fields = hasRequest(trace) ? data.texts[data.fields[root(trace)]] : '';
    line.textContent = `${idOf(data, trace)}  ${day(data.start[trace])} ${clock(data.start[trace])} UTC  ${fields}`;
    return line;
  }

  function axis(trace) {
    let begin = 0, end = 1;
    for (let span = data.firstSpan[trace]; span < data.firstSpan[trace + 1]; span++) {
      begin = Math.min(begin, data.from[span]);
      end = Math.max(end, data.from[span] + Math.max(0, data.took[span] - 1));
    }
    for (let event = data.firstEvent[trace]; event < data.firstEvent[trace + 1]; event++) {
      end = Math.max(end, data.eventAt[event]);
    }
    return { begin, end };
  }

  function table(trace, scale) {
    const table = make('table'), head = make('tr');
    head.append(make('th', ''), make('th', 'at ms', 'number'), make('th', 'took', 'number'), make('th', ''));
    table.append(head);
    const first = data.firstSpan[trace], depths = [];
    const events = eventsBySpan(trace);
    const add = (index, depth) => {
      for (const event of events.get(index) || []) table.append(eventRow(event, depth, scale));
    };
    add(0, 0);
    for (let span = first; span < data.firstSpan[trace + 1]; span++) {
      const index = span - first, above = data.above[span];
      depths[index] = above ? depths[index - above] + 1 : 0;
      table.append(spanRow(span, depths[index], scale));
      add(index + 1, depths[index] + 1);
    }
    return table;
  }

  function eventsBySpan(trace) {
    const events = new Map();
    for (let event = data.firstEvent[trace]; event < data.firstEvent[trace + 1]; event++) {
      const span = data.eventSpan[event];
      if (!events.has(span)) events.set(span, []);
      events.get(span).push(event);
    }
    for (const list of events.values()) list.sort((a, b) => data.eventAt[a] - data.eventAt[b]);
    return events;
  }

  function spanRow(span, depth, scale) {
    const flags = data.flags[span], outcome = flags & 7, line = make('tr');
    const style = STYLES[outcome] || (flags & 8 ? 'warn' : '');
    const name = make('td', undefined, 'step');
    name.style.paddingLeft = `${Math.min(depth, 40) * 14}px`;
    name.append(make('span', data.texts[data.name[span]], style));
    const notes = [];
    const above = data.above[span];
    const isOther = !above || data.service[span] !== data.service[span - above];
    if (data.service[span] && isOther) notes.push(data.texts[data.service[span]]);
    if (outcome) notes.push(OUTCOMES[outcome]);
    if (flags & 8) notes.push('slow');
    if (flags & 16) notes.push('⋯');
    if (flags & 32) notes.push('✂');
    name.append(make('span', notes.length ? `  ${notes.join(' ')}` : '', 'dim'));
    if (!(flags & 64) && data.fields[span]) name.append(make('span', `  ${data.texts[data.fields[span]]}`, 'dim'));
    const length = data.took[span] ? ms(data.took[span] - 1) : '?';
    line.append(name, make('td', ms(data.from[span]), 'number'), make('td', length, 'number'));
    const lane = make('td', undefined, 'lane'), bar = make('div', undefined, `bar ${style}`);
    place(bar, data.from[span], scale);
    bar.style.width = `${100 * Math.max(0, data.took[span] - 1) / (scale.end - scale.begin)}%`;
    lane.append(bar);
    line.append(lane);
    return line;
  }

  function eventRow(event, depth, scale) {
    const level = data.eventLevel[event], line = make('tr');
    const style = level === 4 ? 'bad' : level === 3 ? 'warn' : 'dim';
    const name = make('td', undefined, 'step');
    name.style.paddingLeft = `${Math.min(depth, 40) * 14}px`;
    name.append(make('span', `${level > 2 ? '!' : '·'} ${data.texts[data.eventText[event]]}`, style));
    if (data.eventFields[event]) name.append(make('span', `  ${data.texts[data.eventFields[event]]}`, 'dim'));
    line.append(name, make('td', ms(data.eventAt[event]), 'number'), make('td', ''));
    const lane = make('td', undefined, 'lane'), dot = make('div', undefined, `dot ${style}`);
    place(dot, data.eventAt[event], scale);
    lane.append(dot);
    line.append(lane);
    return line;
  }

  function place(element, at, scale) {
    element.style.left = `${100 * (at - scale.begin) / (scale.end - scale.begin)}%`;
  }

  // ---- Keys and links ----------------------------------------------------

  function help() {
    const dialog = make('dialog');
    for (const text of ['j k   next, previous', '/     search', 'Enter the chosen request', 'Esc   back to the list', '?     this']) {
      const line = make('div', text);
      line.style.whiteSpace = 'pre';
      dialog.append(line);
    }
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  }

  function key(event) {
    const dialog = document.querySelector('dialog[open]');
    if (dialog && event.key === 'Escape') dialog.close();
    if (dialog || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches('input, select');
    if (event.key === 'Escape') {
      if (event.target === $('text') && $('text').value) { $('text').value = ''; choose(); }
      $('list').focus();
      return;
    }
    if (isTyping) {
      if (event.key === 'Enter') { event.preventDefault(); if (chosen.length) open(chosen[0]); $('list').focus(); }
      return;
    }
    const keys = {
      j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
      '/': () => $('text').focus(), '?': help, Enter: () => $('story').focus(),
    };
    if (event.key === 'Enter' && event.target.matches('button')) return;
    if (keys[event.key] && !(event.key.startsWith('Arrow') && $('story').contains(document.activeElement))) {
      event.preventDefault();
      keys[event.key]();
    }
  }

  function follow() {
    let id = '';
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (!id) return;
    const prefix = prefixOf(id);
    for (let trace = 0; trace < data.count; trace++) {
      const other = data.otherIds.get(trace);
      if (other !== undefined ? other === id : prefix && hasPrefix(trace, prefix)) return open(trace);
    }
  }

  async function main() {
    try {
      data = read(await inflate(bytesOf($('data').textContent)));
    } catch (error) {
      $('about').textContent = `This page needs a newer browser, or is damaged: ${error}`;
      return;
    }
    $('data').remove();
    document.title = data.meta.title;
    for (const stats of data.meta.routes) {
      const option = make('option', `${stats[0]}  p50 ${stats[3]}  p95 ${stats[4]}  p99 ${stats[5]}`);
      option.value = stats[0];
      $('route').append(option);
    }
    for (const id of ['text', 'slower']) $(id).addEventListener('input', choose);
    for (const id of ['route', 'outcome', 'order']) $(id).addEventListener('change', choose);
    $('filters').addEventListener('submit', (event) => event.preventDefault());
    $('help').addEventListener('click', help);
    $('list').addEventListener('scroll', draw, { passive: true });
    window.addEventListener('resize', draw);
    window.addEventListener('hashchange', follow);
    document.addEventListener('keydown', key);
    choose();
    follow();
    if (current < 0 && chosen.length) open(chosen[0]);
    document.documentElement.dataset.ready = '1';
  }

  main();
})();
