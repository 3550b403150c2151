/**
 * Keeps a directory within a number of bytes, in the background, together with other processes that use it.
 *
 * Nobody keeps account of the size: each process adds up what it writes itself and, when that is an
 * eighth of the room it last found, looks again. So what others write is found out in time, and hits
 * alone never cause a look. The first look comes with the first claim or write: a program that waits for
 * a model has time for it.
 *
 * @module
 */

import { breathe } from "../src/time/breathe.ts";
import type { Awaitable, Claim } from "../src/store.ts";
import { evict, type Survey, surveyDirectory, type Walk } from "./directory-trim.ts";
import { flushAll, notedTime, REST, WORK } from "./directory-uses.ts";
import { type Pause, quietly } from "./file-verbs.ts";

/** What is kept when there is too much: the next entries need room too. */
const SHARE = 0.9;
/** So many entries tell of all: to look at them takes 0.1 s of work. */
const ENOUGH = 10_000;
/** How long a look waits for the program to come to rest, in milliseconds. */
const BEFORE = 100;
/** A rest that took no longer, in milliseconds, tells that the program waits, and more can be done. */
const IDLE = 2;

/** The claim of whoever evicts; no request has this key. */
const EVICTION = `${"0".repeat(64)}.whole`;
/** For how long it is claimed, in milliseconds; renewed after each folder. */
const HOLD = 10_000;

/** How long whoever gets no claim waits before the next look, in milliseconds. */
const LATER = 1000;
/** No room at all: the next look does not wait for anything to be written. */
const AGAIN = -1;

/** What a bound is for. */
export interface BoundOptions extends Pick<Walk, "dir" | "files"> {
  readonly maxBytes: number;
  claim(key: string, ms: number): Awaitable<Claim | null>;
  /** A pause that keeps no program from ending. */
  readonly rest: Pause;
}

/** A bound. */
export interface Bound {
  /** Tells that so many bytes were written; none where they soon will be. Takes no time. */
  grow(bytes: number): void;
  /** Ends what is going on in the background. */
  close(): Promise<void>;
}

/**
 * Begins to keep a bound; nothing is looked at yet.
 *
 * @param enough by how many entries the rest is judged.
 */
export function directoryBound(options: BoundOptions, enough: number = ENOUGH): Bound {
  const { dir, files, maxBytes, claim } = options;
  const room = { most: maxBytes, kept: SHARE * maxBytes };
  /** What was written since the last look, and how much may be until the next. */
  let [grown, allowance] = [0, maxBytes === Infinity ? Infinity : AGAIN];
  let running: Promise<void> | undefined;
  let isClosed = false;
  let wake = () => {};

  /** Ends early where the store is closed: what a program waits for must not hang on a timer like this. */
  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (isClosed) return resolve();
      wake = resolve;
      options.rest(milliseconds).then(resolve);
    });

  function breather(): Walk["breathe"] {
    let since = performance.now();
    let work = WORK;
    return () => {
      const before = performance.now();
      if (before - since < work) return undefined;
      return rest(REST).then(() => {
        since = performance.now();
        work = since - before < IDLE ? 2 * WORK : WORK;
      });
    };
  }

  /** Looks, evicts if need be, and tells how much may be written until the next look. */
  async function look(): Promise<number> {
    while (flushAll(WORK)) await rest(REST);
    const noted = (key: string) => notedTime(dir, key);
    const walk = { dir, files, noted, breathe: breather(), goesOn: () => !isClosed };
    const survey = await surveyDirectory(walk, room, enough, true);
    if (survey.bytes <= maxBytes || isClosed) return allowed(maxBytes - survey.bytes);
    const mine = await claim(EVICTION, HOLD);
    // Whoever holds it may have looked before the last of what was written here.
    if (!mine) {
      await rest(LATER);
      // A rest of the tests' own may take no time.
      await breathe();
      return AGAIN;
    }
    try {
      const goesOn = async () => !isClosed && await mine.renew(HOLD);
      return await makeRoom({ ...walk, goesOn }, survey);
    } finally {
      await quietly(() => mine.release());
    }
  }

  /** A few large entries can deceive whoever sees some only: nothing goes before all were seen. */
  async function makeRoom(walk: Walk, survey: Survey): Promise<number> {
    const whole = survey.isRough ? await surveyDirectory(walk, room, enough) : survey;
    // Still rough, if the claim was lost on the way: then someone else makes room.
    const isOver = whole.bytes > maxBytes && !whole.isRough && !isClosed;
    const { bytes } = isOver ? await evict(walk, whole) : { bytes: 0 };
    return allowed(maxBytes - whole.bytes + bytes);
  }

  /** Others write too. Where there is no room left, or no way to make some, it is not tried all the time. */
  function allowed(left: number): number {
    const least = maxBytes / 64;
    return left > 0 ? Math.min(left, Math.max(least, left / 8)) : least;
  }

  async function run(): Promise<void> {
    do {
      await rest(BEFORE);
      if (isClosed) return;
      const counted = grown;
      // A directory that cannot be read or changed: whoever writes to it is told so.
      allowance = await look().catch(() => allowed(0));
      grown -= counted;
    } while (grown > allowance);
  }

  return {
    grow(bytes) {
      grown += bytes;
      if (grown > allowance && !isClosed) running ??= run().finally(() => running = undefined);
    },
    async close() {
      isClosed = true;
      wake();
      await running;
    },
  };
}
