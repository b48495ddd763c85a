import { outputs, present } from '../contenders.ts';
import type { Part } from '../part.ts';
import { compareStorm } from '../storm.ts';
import { opens } from '../storms.ts';

const part: Part = async ({ stage, rounds, quick }) => {
  const storm = opens(stage, quick ? 10_000 : 300_000);
  return [await compareStorm('open', storm, present(outputs, storm.subject), rounds, 'A storm of failing open()')];
};
export default part;
