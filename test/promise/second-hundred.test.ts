import { playHistories } from './play-histories.ts';

playHistories({ seed: 11, runs: 100 });
