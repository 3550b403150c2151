import assert from "node:assert/strict";
import { test } from "node:test";
import { createLease, LEASE } from "../src/flight/lease.ts";
import { clock } from "./clock.ts";
import { gate, settle } from "./gate.ts";

/** A claim whose renewals a test answers, and what was done with it. */
function recorded() {
  const done: string[] = [];
  const renewals = [gate<boolean>(), gate<boolean>(), gate<boolean>()];
  let renewed = 0;
  const claim = {
    renew(ms: number) {
      done.push(`renew ${ms}`);
      return renewals[renewed++]!.opened;
    },
    release() {
      done.push("release");
      return Promise.resolve();
    },
  };
  return { claim, done, renewals };
}

test("lease: it is given up once, and only when a renewal under way has ended", async () => {
  const time = clock();
  const { claim, done, renewals } = recorded();
  const lease = createLease(claim, time.wait, () => {});
  const call = gate();
  const waiting = lease.during(call.opened);
  await time.pass(1_000);
  lease.end();
  lease.end();
  await settle();
  // A directory renews by giving the claim another name: the old one would not be found.
  assert.deepEqual(done, [`renew ${LEASE}`]);
  renewals[0]!.open(true);
  await settle();
  call.open();
  await waiting;
  await time.pass(10_000);
  assert.deepEqual(done, [`renew ${LEASE}`, "release"]);
});

test("lease: nothing is renewed while nothing is waited for, and again when something is", async () => {
  const time = clock();
  const { claim, done, renewals } = recorded();
  renewals.forEach(({ open }) => open(true));
  const lease = createLease(claim, time.wait, () => {});
  await time.pass(10_000);
  assert.equal(lease.during(7), 7);
  await lease.during(Promise.resolve());
  await time.pass(10_000);
  assert.deepEqual(done, []);
  const call = gate();
  const waiting = lease.during(call.opened);
  await time.pass(2_000);
  call.open();
  await waiting;
  await time.pass(10_000);
  assert.equal(done.length, 2);
  lease.end();
  assert.equal(done.at(-1), "release");
});

test("lease: a claim that is lost is not renewed again", async () => {
  const time = clock();
  const { claim, done, renewals } = recorded();
  renewals[0]!.open(false);
  const lease = createLease(claim, time.wait, () => {});
  const call = gate();
  const waiting = lease.during(call.opened);
  await time.pass(10_000);
  assert.equal(done.length, 1);
  call.open();
  await waiting;
  const later = lease.during(Promise.resolve());
  await later;
  await time.pass(10_000);
  assert.equal(done.length, 1);
});
