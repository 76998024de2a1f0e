package ai.netra.apex.backend.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.testing.model.Exchange;
import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stopping closes the provider's socket within a second, at every moment of a call. */
@Tag("NET-4")
class ModelCancelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void closesTheSocketBeforeTheFirstByte(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.begin().silence());
            var call = new Call(to);
            Exchange exchange = provider.awaitExchange(0, LONG);

            call.cancelAndExpectTheSocketClosed(exchange);

            assertThat(provider.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSocketAfterTheHeadersAndBeforeTheFirstPiece(ProviderConfig.Kind kind)
            throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.begin().raw("\n").silence());
            var call = new Call(to);
            Exchange exchange = provider.awaitExchange(0, LONG);
            exchange.awaitStarted(LONG);

            call.cancelAndExpectTheSocketClosed(exchange);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSocketInSilence(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.text("one ").silence());
            var call = new Call(to);
            call.awaitPieces(1);

            call.cancelAndExpectTheSocketClosed(provider.awaitExchange(0, LONG));

            assertThat(provider.exchanges()).hasSize(1);
            assertThat(to.calls)
                    .singleElement()
                    .extracting(CallRecord::outcome)
                    .isEqualTo("stopped");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSocketInMidFlow(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            Script flow = Script.begin();
            for (int i = 0; i < 1_000; i++) {
                flow = flow.say("x").pause(Duration.ofMillis(10));
            }
            provider.enqueue(flow);
            var call = new Call(to);
            call.awaitPieces(5);

            call.cancelAndExpectTheSocketClosed(provider.awaitExchange(0, LONG));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptMeansTheSame(ProviderConfig.Kind kind) throws Exception {
        try (var provider = FakeModelProvider.start();
                var to = Providers.to(kind, provider)) {
            provider.enqueue(Script.text("one ").silence());
            var call = new Call(to);
            call.awaitPieces(1);
            long from = System.nanoTime();

            call.thread.interrupt();

            long gone = provider.awaitExchange(0, LONG).awaitClientGone(LONG);
            assertThat(gone - from).isLessThan(SECOND.toNanos());
            assertThat(call.failure().kind()).isEqualTo(ModelException.Kind.CANCELLED);
        }
    }

    /** A call on a thread of its own. */
    private static final class Call {
        private final Cancellation cancellation = new Cancellation();
        private final CompletableFuture<ModelException> failure = new CompletableFuture<>();
        private final java.util.concurrent.Semaphore pieces = new java.util.concurrent.Semaphore(0);
        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread thread;

        private Call(Providers to) {
            thread = Thread.ofVirtual().start(() -> run(to));
        }

        private void run(Providers to) {
            try {
                to.gateway.chat(
                        Providers.ask("Hello?"),
                        piece -> pieces.release(),
                        Providers.context(cancellation));
            } catch (ModelException e) {
                failure.complete(e);
            } finally {
                over.countDown();
            }
        }

        private void awaitPieces(int count) throws InterruptedException {
            assertThat(pieces.tryAcquire(count, 10, TimeUnit.SECONDS)).isTrue();
        }

        private ModelException failure() throws Exception {
            return failure.get(10, TimeUnit.SECONDS);
        }

        private void cancelAndExpectTheSocketClosed(Exchange exchange) throws Exception {
            long from = System.nanoTime();
            cancellation.cancel();
            long gone = exchange.awaitClientGone(LONG);
            assertThat(gone - from).as("until the socket closed").isLessThan(SECOND.toNanos());
            assertThat(failure().kind()).isEqualTo(ModelException.Kind.CANCELLED);
            assertThat(over.await(1, TimeUnit.SECONDS)).isTrue();
        }
    }
}
