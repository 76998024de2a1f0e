// A thread of 2,000 messages: how long it takes to open, and how even the frames are while one scrolls through all of
// it and while an answer grows at its end.
import { openStage, signIn } from "./stage.mjs";

const LONG = "A long thread of 2,000 messages";
const NEWEST = "Answer 1000";

const quantile = (sorted, q) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

function summary(frames) {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (q) => Number(quantile(sorted, q).toFixed(1));
  return {
    frames: frames.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

/** Runs in the page: from the click to the frame in which the newest message is there. */
function openByClick([title, newest]) {
  return new Promise((resolve) => {
    const link = [...document.querySelectorAll("nav a")].find((a) =>
      a.textContent.includes(title),
    );
    const from = performance.now();
    link.click();
    const look = () => {
      const there = [...document.querySelectorAll("article")].some((a) =>
        a.textContent.includes(newest),
      );
      if (there) requestAnimationFrame(() => resolve(performance.now() - from));
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** Runs in the page: scrolls to the very first message, and says how long each frame took. */
function scrollToStart() {
  return new Promise((resolve) => {
    const scroller = document.querySelector('[role="log"]');
    const frames = [];
    const longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    }).observe({ type: "longtask" });
    let last = performance.now();
    let still = 0;
    const step = (now) => {
      frames.push(now - last);
      last = now;
      const top = scroller.scrollTop;
      scroller.scrollTop = top - 400;
      still = top <= 0 ? still + 1 : 0;
      if (still < 60) requestAnimationFrame(step);
      else
        resolve({
          frames: frames.slice(1, -60),
          longTasks,
          first: scroller.textContent,
        });
    };
    requestAnimationFrame(step);
  });
}

/** Runs in the page: the frames while an answer is being written. */
function framesWhileAnswering() {
  return new Promise((resolve) => {
    const frames = [];
    let last = performance.now();
    let begun = false;
    const step = (now) => {
      frames.push(now - last);
      last = now;
      const busy = document.querySelector('article[aria-busy="true"]') !== null;
      begun ||= busy;
      if (begun && !busy) resolve(frames.slice(1));
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

const stage = await openStage();
const { page, url } = stage;
try {
  await signIn(page, url);
  await page.getByRole("link", { name: LONG }).waitFor();
  const openedByClick = await page.evaluate(openByClick, [LONG, NEWEST]);
  const address = page.url();
  await page.goto(address);
  await page.getByText(NEWEST).first().waitFor();
  const openedCold = await page.evaluate(() => performance.now());
  await page.waitForTimeout(1000);
  const { frames, longTasks, first } = await page.evaluate(scrollToStart);
  if (!first.includes("Question 1"))
    throw new Error("the first message was not reached");
  const elements = await page.evaluate(
    () => document.querySelectorAll("*").length,
  );
  const answering = page.evaluate(framesWhileAnswering);
  const field = page.getByRole("textbox", { name: "Message", exact: true });
  await field.fill("Show me everything");
  await field.press("Enter");
  const grown = await answering;
  console.log(
    JSON.stringify(
      {
        openedByClickMs: Math.round(openedByClick),
        openedByAddressMs: Math.round(openedCold),
        scrollThroughAllMs: summary(frames),
        longTasksWhileScrolling: {
          count: longTasks.length,
          longestMs: Math.round(Math.max(0, ...longTasks)),
        },
        elementsInPage: elements,
        whileAnswerGrowsMs: summary(grown),
      },
      null,
      2,
    ),
  );
} finally {
  await stage.close();
}
