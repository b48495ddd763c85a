import { describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../../src/rules/conditions.ts';
import { formatRule, parseRule } from '../../../src/rules/line.ts';

/** The message and the remedy of the error. */
function errorOf(text: string): string {
  try {
    parseRule(text);
  } catch (error) {
    const { message, remedy } = error as { message: string; remedy?: string };
    return remedy === undefined ? message : `${message}; ${remedy}`;
  }
  throw new Error(`"${text}" is a rule`);
}

describe('a rule in a line', () => {
  it.each([
    ['proto tcp dport 22,80-90 src 10.1.2.3/8', 'proto tcp src 10.0.0.0/8 dport 22,80-90'],
    ['--proto=icmp --icmp-type 8', 'proto icmp icmp-type echo-request'],
    ['192.0.2.1', 'src 192.0.2.1'],
    ['2001:DB8::/32', 'src 2001:db8::/32'],
    ['::ffff:1.2.3.4', 'src ::ffff:1.2.3.4'],
    ['DPORT 90,80-89,5', 'dport 5,80-90'],
    ['dport 80 dport 443', 'dport 80,443'],
    ['proto 6,gre,58', 'proto tcp,gre,icmpv6'],
    ['tcp-flags syn,!ack tcp-flags none', 'tcp-flags syn,!ack tcp-flags none'],
    ['malformed', 'malformed all'],
    ['malformed rate 10/s', 'malformed all rate 10'],
    ['malformed tcp-xmas,land', 'malformed land,tcp-xmas'],
    ['mac 02-00-00-00-00-0A', 'mac 02:00:00:00:00:0a'],
    ['length -64,1500-', 'length 0-64,1500-65535'],
    ['vlan 5 vlan 6', 'vlan 5-6'],
    ['src ::2,10.0.0.9,10.0.0.8,10.0.0.9', 'src 10.0.0.8,10.0.0.9,::2'],
    ['fragments percent 0.5%', 'fragments percent 0.5'],
    ['icmpv6-type neighbor-solicitation', 'icmpv6-type neighbour-solicitation'],
  ])('"%s" means "%s"', (text, canonical) => {
    expect(formatRule(parseRule(text))).toBe(canonical);
    expect(parseRule(canonical)).toEqual(parseRule(text));
  });

  it.each([
    ['dprot 22', 'unknown condition "dprot" (did you mean "dport"?)'],
    ['dport', 'dport needs a value: ports'],
    ['dport 0-70000', 'dport: "0-70000" is no port: a port is 0 to 65535'],
    ['dport 9-3', 'dport: "9-3" ends before it begins: a port is 0 to 65535'],
    ['src 10.0.0', 'src: "10.0.0" is no address and no network; write for example 192.0.2.1'],
    ['src 10.0.0.0/33', 'src: "10.0.0.0/33" is no address and no network'],
    ['proto tpc', 'proto: unknown protocol "tpc" (did you mean "tcp"?)'],
    ['proto 256', 'proto: "256" is no protocol'],
    ['tcp-flags sin', 'tcp-flags: unknown TCP flag "sin"'],
    ['icmp-type echo-reqest', 'icmp-type: unknown type of ICMP "echo-reqest" (did you mean "echo-request"?)'],
    ['vlan 4096', 'vlan: "4096" is no VLAN id: a VLAN id is 0 to 4095'],
    ['mac 1:2', 'mac: "1:2" is no MAC address'],
    ['rate 0', 'rate: "0" is no rate: packets per second are 1 to 10000000'],
    ['rate 5 rate 6', 'rate is given twice'],
    ['percent 101', 'percent: "101" is no percentage'],
    ['malformed tcp-nul', 'malformed: unknown kind of malformed packet "tcp-nul" (did you mean "tcp-null"?)'],
    ['fragments=yes', 'fragments takes no value: "yes"'],
    ['ip 5', 'ip: "5" is no version of IP: write 4 or 6'],
    ['dport \u001b[2J', 'dport: "\\e[2J" is no port'],
  ])('"%s" is wrong, and it is said how', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });

  it.each([
    ['proto icmp dport 22', 'dport wants tcp or udp or dccp or sctp or udplite, proto icmp'],
    ['src 10.0.0.0/8 dst ::1', 'dst wants IPv6, src IPv4'],
    ['ip 6 src 10.0.0.1', 'src wants IPv4, ip IPv6'],
    ['proto udp tcp-flags syn', 'tcp-flags wants tcp, proto udp'],
    ['icmp-type 8 icmpv6-type 128', 'icmpv6-type wants IPv6, icmp-type IPv4'],
    ['proto icmp ip 6', 'proto icmp wants IPv4, ip IPv6'],
    ['proto udp malformed tcp-null,tcp-xmas', 'malformed wants tcp, proto udp'],
    ['src 10.0.0.1 malformed ipv6-extensions', 'malformed wants IPv6, src IPv4'],
  ])('"%s" contradicts itself', (text, message) => {
    expect(errorOf(text)).toBe(`the rule contradicts itself: ${message}`);
  });

  it('contradicts itself in its flags', () => {
    expect(errorOf('tcp-flags syn,!syn')).toContain('contradicts itself: syn is to be set and not to be set');
    expect(errorOf('tcp-flags none,syn')).toContain('contradicts itself');
  });

  it('has conditions with words and options of their own', () => {
    expect(new Set(CONDITIONS.map(({ word }) => word)).size).toBe(CONDITIONS.length);
    expect(new Set(CONDITIONS.map(({ key }) => key)).size).toBe(CONDITIONS.length);
  });
});
