import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { errnoName, errnoText } from '../../src/host/errno.ts';

describe('errnos', () => {
  it('have names and texts, with either sign', () => {
    expect([2, -2, 11, 95, 524, 4000].map(errnoName)).toEqual([
      'ENOENT',
      'ENOENT',
      'EAGAIN',
      'EOPNOTSUPP',
      'ENOTSUPP',
      'errno 4000',
    ]);
    expect([-28, 4000].map(errnoText)).toEqual(['no space left on device', 'unknown error 4000']);
  });

  it('are those of this machine', () => {
    // Two names of numbers that have another: the table has those that the kernel's header gives them first.
    const { EWOULDBLOCK, ENOTSUP, ...errnos } = constants.errno;
    expect(Object.values(errnos).map(errnoName)).toEqual(Object.keys(errnos));
    expect([EWOULDBLOCK, ENOTSUP].map(errnoName)).toEqual(['EAGAIN', 'EOPNOTSUPP']);
  });
});
