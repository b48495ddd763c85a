import { openConnections } from '../connections.ts';
import { present, tools } from '../contenders.ts';
import type { Comparison } from '../figures.ts';
import type { Part } from '../part.ts';
import { compareStorm } from '../storm.ts';
import { sessions } from '../storms.ts';

const subjects = ['tcplife', 'tcpconnect'] as const;

const part: Part = async ({ rounds, quick }) => {
  await using connections = await openConnections();
  const comparisons: Comparison[] = [];
  for (const subject of subjects) {
    const storm = sessions(connections, quick ? 300 : 5_000, subject);
    const title = `A storm of short TCP connections, under ${subject}`;
    comparisons.push(await compareStorm('connect', storm, present(tools, subject), rounds, title));
  }
  return comparisons;
};
export default part;
