import { playHistories } from './play-histories.ts';

playHistories({ seed: 1, runs: 100 });
