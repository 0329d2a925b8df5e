import { playHistories } from './play-histories.ts';

playHistories({ seed: 21, runs: 100 });
