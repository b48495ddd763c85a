import { present, tools } from '../contenders.ts';
import type { Part } from '../part.ts';
import { compareStorm } from '../storm.ts';
import { execs } from '../storms.ts';

const part: Part = async ({ stage, rounds, quick }) => {
  const storm = execs(stage, quick ? 300 : 5_000);
  return [await compareStorm('exec', storm, present(tools, storm.subject), rounds, 'A storm of execs')];
};
export default part;
