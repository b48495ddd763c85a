import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { pickColumns } from '../../../src/kit/columns/columns.ts';
import { csvWriter } from '../../../src/kit/output/csv.ts';
import { jsonWriter } from '../../../src/kit/output/json.ts';
import { jsonSchema } from '../../../src/kit/output/schema.ts';
import { visit, visitColumns } from './sample.ts';

const all = pickColumns(visitColumns, Object.keys(visitColumns));
const json = jsonWriter(all, 'visit');
const parsed = (text: string) => JSON.parse(text);

describe('NDJSON', () => {
  it('is one object per event, columns in order', () => {
    expect(json.header()).toBe('');
    expect(json.rows([visit(), visit({ tty: 'pts/0', cut: true, ret: -2, args: [] })])).toBe(
      '{"v":1,"type":"visit","comm":"bash","pid":42,"ret":0,"latency":1.5,"cut":false,"tty":null,"args":["ls","-l"]}\n' +
        '{"v":1,"type":"visit","comm":"bash","pid":42,"ret":-2,"latency":1.5,"cut":true,"tty":"pts/0","args":[]}\n',
    );
  });
  it('does not mistake one event for the one before', () => {
    const visits = [visit(), visit({ pid: 43 }), visit({ pid: 43, tty: 'pts/1' }), visit({ tty: 'pts/1' }), visit()];
    const whole = json.rows(visits);
    expect(whole).toBe(visits.map((one) => jsonWriter(all, 'visit').rows([one])).join(''));
  });
  it('keeps every argument apart and whole', () => {
    const args = ['a b', '', 'c\nd', '"', '\udcff\udc00x'];
    const text = json.rows([visit({ args })]);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(parsed(text).args.slice(0, 4)).toEqual(args.slice(0, 4));
  });
  it('carries bytes that are not UTF-8', () => {
    expect(parsed(json.rows([visit({ comm: 'a\udcff', args: ['\udc80', 'b'] })]))).toMatchObject({
      comm: { b64: 'Yf8=' },
      args: [{ b64: 'gA==' }, 'b'],
    });
  });
  it('writes large numbers as integers and what is no number as null', () => {
    const text = json.rows([visit({ pid: 2 ** 53 - 1, latency: Number.NaN })]);
    expect(text).toContain('"pid":9007199254740991,');
    expect(text).toContain('"latency":null,');
  });
  it('tells of losses and of the end', () => {
    expect(json.lost(3)).toBe('{"v":1,"type":"lost","lost":3}\n');
    expect(json.summary({ events: 10, lost: 3, duration_ms: 1500 })).toBe(
      '{"v":1,"type":"summary","events":10,"lost":3,"duration_ms":1500}\n',
    );
  });
  it('is empty for no events', () => {
    expect(json.rows([])).toBe('');
  });
});

describe('the JSON Schema', () => {
  const schema = jsonSchema({ name: 'visits', summary: 'visits', type: 'visit', columns: visitColumns });
  const validate = new Ajv2020({ strict: true, formats: {} }).compile(schema);
  const accepts = (record: unknown) => validate(record);

  it('accepts every record that is written', () => {
    const events = [visit(), visit({ tty: 'pts/1', comm: 'a\udcff', args: ['\udc80', ''] })];
    const lines = json.rows(events) + json.lost(1) + json.summary({ events: 1, lost: 0, duration_ms: 2 });
    for (const line of lines.trimEnd().split('\n')) {
      expect(accepts(parsed(line)), `${line} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });
  it('accepts records with some of the columns', () => {
    expect(accepts(parsed(jsonWriter(pickColumns(visitColumns, ['pid']), 'visit').rows([visit()])))).toBe(true);
  });
  it.each([
    { v: 2, type: 'visit' },
    { v: 1, type: 'exec' },
    { v: 1, type: 'visit', pid: '42' },
    { v: 1, type: 'visit', pid: 1.5 },
    { v: 1, type: 'visit', comm: null },
    { v: 1, type: 'visit', comm: { b64: 'YQ==', extra: 1 } },
    { v: 1, type: 'visit', args: 'ls' },
    { v: 1, type: 'lost' },
    { v: 1, type: 'summary', events: 1, lost: -1, duration_ms: 2 },
  ])('refuses %j', (record) => {
    expect(accepts(record)).toBe(false);
  });
  it.each(['v', 'type'])('refuses a column called %s', (name) => {
    expect(() => jsonSchema({ name: 'x', summary: '', type: 'x', columns: { [name]: visitColumns.pid } })).toThrow(
      new TypeError(`x: no column may be called "${name}"`),
    );
  });
});

describe('CSV', () => {
  const csv = csvWriter(all);

  it('has the names of the columns as header', () => {
    expect(csv.header()).toBe('comm,pid,ret,latency,cut,tty,args\n');
  });
  it('has raw values, and nothing for null', () => {
    expect(csv.rows([visit(), visit({ tty: 'pts/0', ret: -2 })])).toBe(
      'bash,42,0,1.5,false,,ls -l\nbash,42,-2,1.5,false,pts/0,ls -l\n',
    );
  });
  it('quotes what would end a field', () => {
    expect(csv.rows([visit({ comm: 'a,b', tty: 'say "x"', args: ['a b', '', 'c,d'] })])).toBe(
      '"a,b",42,0,1.5,false,"say ""x""","""a b"" """" c,d"\n',
    );
  });
  it('writes one line per event, whatever it holds', () => {
    expect(csv.rows([visit({ comm: 'x\r\ny\x1b', args: ['\n', '\udcff'] })])).toBe(
      'x\\r\\ny\\e,42,0,1.5,false,,"""\\n"" \\xff"\n',
    );
  });
  it('tells of losses elsewhere', () => {
    expect(csv.lost(1) + csv.summary({ events: 1, lost: 1, duration_ms: 1 })).toBe('');
  });
});
