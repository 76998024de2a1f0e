package ai.netra.apex.backend.run;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The channels of this replica: those of runs executed here, and those somebody here reads. The
 * latter follow the run's stream: told of each append by a message, and looking on their own every
 * heartbeat, so that a lost message delays and never loses. What Redis does not have any more is
 * made again from what PostgreSQL stored at the run's end.
 *
 * <p>Thread-safe.
 */
final class RunHub {

    private static final Logger log = LoggerFactory.getLogger(RunHub.class);
    private static final int TEXT_PIECE = 16_000;
    private static final long LINGER_NANOS = 10_000_000_000L;

    private final RunStream stream;
    private final RunStore store;
    private final EventFormat format;
    private final JsonMapper json;
    private final RunExecutor executor;
    private final Clock clock;
    private final ExecutorService threads;
    private final Map<UUID, Entry> entries = new ConcurrentHashMap<>();

    RunHub(
            RunStream stream,
            RunStore store,
            EventFormat format,
            JsonMapper json,
            RunExecutor executor,
            Clock clock,
            ExecutorService threads) {
        this.stream = stream;
        this.store = store;
        this.format = format;
        this.json = json;
        this.executor = executor;
        this.clock = clock;
        this.threads = threads;
    }

    private static final class Entry {
        final RunChannel channel;
        volatile boolean local;
        volatile boolean reading;
        volatile boolean again;
        volatile long idleSince = System.nanoTime();

        Entry(RunChannel channel) {
            this.channel = channel;
        }
    }

    /** The channel of a run that is executed here from now on. */
    RunChannel local(OpenRun run) {
        Entry entry = entries.computeIfAbsent(run.id(), id -> open(id, run.threadId()));
        entry.local = true;
        stream.ignore(run.id());
        return entry.channel;
    }

    /** The run is not executed here any more. */
    void released(UUID runId) {
        Entry entry = entries.get(runId);
        if (entry != null) {
            entry.local = false;
            entry.idleSince = System.nanoTime();
            if (!entry.channel.ended()) {
                follow(entry);
            }
        }
    }

    /** Reads a run's events after {@code afterSequence}; {@code onEvents} is told of more. */
    RunSubscription subscribe(UUID runId, UUID threadId, long afterSequence, Runnable onEvents) {
        var made = new RunSubscription[1];
        var opened = new boolean[1];
        Entry entry =
                entries.compute(
                        runId,
                        (id, known) -> {
                            Entry current = known == null ? open(id, threadId) : known;
                            opened[0] = known == null;
                            made[0] =
                                    new RunSubscription(
                                            current.channel,
                                            format,
                                            afterSequence,
                                            onEvents,
                                            () -> current.idleSince = System.nanoTime());
                            return current;
                        });
        if (opened[0]) {
            follow(entry);
        }
        return made[0];
    }

    /** Looks after all channels; called every heartbeat. */
    void tick() {
        var unfinished = new ArrayList<Entry>();
        entries.forEach(
                (id, _) ->
                        entries.computeIfPresent(
                                id,
                                (_, entry) -> {
                                    if (forgettable(entry)) {
                                        stream.ignore(id);
                                        return null;
                                    }
                                    if (!entry.local && !entry.channel.ended()) {
                                        unfinished.add(entry);
                                    }
                                    return entry;
                                }));
        unfinished.forEach(this::read);
        completeFromStore(unfinished);
    }

    /** How many runs' events are held in memory. */
    int size() {
        return entries.size();
    }

    /** How many runs are executed here. */
    int localSize() {
        int count = 0;
        for (Entry entry : entries.values()) {
            count += entry.local ? 1 : 0;
        }
        return count;
    }

    private static boolean forgettable(Entry entry) {
        return !entry.local
                && entry.channel.unheard()
                && System.nanoTime() - entry.idleSince > LINGER_NANOS;
    }

    private Entry open(UUID runId, UUID threadId) {
        return new Entry(new RunChannel(runId, threadId));
    }

    private void follow(Entry entry) {
        UUID runId = entry.channel.runId();
        stream.listen(runId, _ -> read(entry));
        read(entry);
        try {
            threads.execute(() -> completeFromStore(List.of(entry)));
        } catch (RejectedExecutionException e) {
            log.debug("this replica is going down: its readers go on elsewhere");
        }
    }

    /** Reads what the stream has more than the channel; one read of a channel at a time. */
    private void read(Entry entry) {
        synchronized (entry) {
            if (entry.reading) {
                entry.again = true;
                return;
            }
            entry.reading = true;
            entry.again = false;
        }
        long from = entry.channel.last();
        var _ =
                stream.read(entry.channel.runId(), from)
                        .whenComplete((events, failure) -> wasRead(entry, from, events, failure));
    }

    private void wasRead(
            Entry entry, long from, @Nullable List<RunEvent> events, @Nullable Throwable failure) {
        if (events != null && !entry.local) {
            entry.channel.append(events);
        }
        boolean more;
        synchronized (entry) {
            entry.reading = false;
            more = failure == null && (entry.again || entry.channel.last() > from);
        }
        if (entry.channel.ended()) {
            stream.ignore(entry.channel.runId());
        } else if (more && !entry.local) {
            read(entry);
        }
    }

    /** Completes the channels of runs that PostgreSQL says are over. */
    private void completeFromStore(List<Entry> asked) {
        if (asked.isEmpty()) {
            return;
        }
        var byId = new HashMap<UUID, Entry>();
        asked.forEach(entry -> byId.put(entry.channel.runId(), entry));
        try {
            for (RunStore.Stored stored : store.ended(byId.keySet())) {
                Entry entry = byId.get(stored.run().id());
                if (entry != null && !entry.local) {
                    readOnceMoreThenComplete(entry, stored);
                }
            }
        } catch (RuntimeException e) {
            log.warn("open runs could not be looked up: {}", e.getMessage());
        }
    }

    private void readOnceMoreThenComplete(Entry entry, RunStore.Stored stored) {
        RunChannel channel = entry.channel;
        try {
            // The end is stored before the last events are read: so they are there if ever.
            List<RunEvent> events;
            do {
                events = stream.read(channel.runId(), channel.last()).toCompletableFuture().join();
                channel.append(events);
            } while (!events.isEmpty() && events.getFirst().sequence() <= channel.last());
        } catch (RuntimeException e) {
            log.debug("events of {} could not be read", channel.runId(), e);
        }
        if (!channel.ended()) {
            complete(channel, stored);
        }
        stream.ignore(channel.runId());
    }

    private void complete(RunChannel channel, RunStore.Stored stored) {
        RunView run = stored.run();
        long last = run.lastSequence() == null ? 0 : run.lastSequence();
        if (channel.last() + 1 == last) {
            channel.append(List.of(lastEvent(stored, last)));
            return;
        }
        channel.replace(wholeLog(stored), last);
    }

    private RunEvent lastEvent(RunStore.Stored stored, long sequence) {
        RunView run = stored.run();
        EventFormat.Draft draft =
                switch (RunState.ofWire(run.state())) {
                    case COMPLETED ->
                            format.completed(
                                    run.messageId(),
                                    stored.durationMs(),
                                    run.usage() == null ? Usage.NONE : run.usage());
                    case FAILED -> format.failedRaw(run.messageId(), run.problem());
                    default -> format.stopped(run.messageId());
                };
        return format.render(
                draft,
                run.id(),
                run.threadId(),
                sequence,
                run.endedAt() == null ? clock.instant() : run.endedAt());
    }

    /** The log of a finished run, made from its answer: compact, numbered from 1. */
    private List<RunEvent> wholeLog(RunStore.Stored stored) {
        RunView run = stored.run();
        var drafts = new ArrayList<EventFormat.Draft>();
        drafts.add(format.started(executor.agent(run.model()), run.model(), run.messageId()));
        int at = 0;
        for (Step step : steps(stored)) {
            at = addText(drafts, stored.text(), at, step.at());
            drafts.addAll(format.ofStep(step));
        }
        addText(drafts, stored.text(), at, stored.text().length());
        var events = new ArrayList<RunEvent>();
        for (EventFormat.Draft draft : drafts) {
            events.add(
                    format.render(
                            draft,
                            run.id(),
                            run.threadId(),
                            events.size() + 1L,
                            run.endedAt() == null ? clock.instant() : run.endedAt()));
        }
        events.add(lastEvent(stored, events.size() + 1L));
        return events;
    }

    private List<Step> steps(RunStore.Stored stored) {
        return stored.steps() == null ? List.of() : StepLog.parse(stored.steps(), json);
    }

    private int addText(List<EventFormat.Draft> drafts, String text, int from, int to) {
        int at = from;
        int end = Math.min(to, text.length());
        while (at < end) {
            int next = Math.min(end, at + TEXT_PIECE);
            if (next < end && Character.isHighSurrogate(text.charAt(next - 1))) {
                next--;
            }
            drafts.add(format.text(text.substring(at, next)));
            at = next;
        }
        return Math.max(at, from);
    }
}
