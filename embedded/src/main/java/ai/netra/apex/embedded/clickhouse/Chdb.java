package ai.netra.apex.embedded.clickhouse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The C interface of the engine's shared library (chdb.h 26.7), called through Java's
 * foreign-function API. One per process. A {@link Session} runs one statement at a time.
 */
// "restricted": calling a C library is what this class is for.
@SuppressWarnings("restricted")
final class Chdb {

    private final MethodHandle connect;
    private final MethodHandle query;
    private final MethodHandle classify;
    private final MethodHandle destroyResult;
    private final MethodHandle resultBuffer;
    private final MethodHandle resultLength;
    private final MethodHandle resultError;
    private final MethodHandle rowsRead;
    private final MethodHandle bytesRead;
    private final MethodHandle rowsWritten;
    private final MethodHandle bytesWritten;
    private final MethodHandle insertBegin;
    private final MethodHandle insertAppend;
    private final MethodHandle insertDone;
    private final MethodHandle insertError;
    private final MethodHandle insertDestroy;

    Chdb(Path library) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        connect = handle(symbols, "chdb_connect", ADDRESS, JAVA_INT, ADDRESS);
        query =
                handle(
                        symbols,
                        "chdb_query_with_params_n",
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG,
                        ADDRESS,
                        JAVA_LONG,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG);
        classify =
                handle(
                        symbols,
                        "chdb_classify_query_n",
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG,
                        ADDRESS,
                        JAVA_LONG,
                        ADDRESS);
        destroyResult = procedure(symbols, "chdb_destroy_query_result", ADDRESS);
        resultBuffer = handle(symbols, "chdb_result_buffer", ADDRESS, ADDRESS);
        resultLength = handle(symbols, "chdb_result_length", JAVA_LONG, ADDRESS);
        resultError = handle(symbols, "chdb_result_error", ADDRESS, ADDRESS);
        rowsRead = handle(symbols, "chdb_result_storage_rows_read", JAVA_LONG, ADDRESS);
        bytesRead = handle(symbols, "chdb_result_storage_bytes_read", JAVA_LONG, ADDRESS);
        rowsWritten = handle(symbols, "chdb_result_rows_written", JAVA_LONG, ADDRESS);
        bytesWritten = handle(symbols, "chdb_result_bytes_written", JAVA_LONG, ADDRESS);
        insertBegin =
                handle(
                        symbols,
                        "chdb_stream_insert_n",
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_LONG,
                        ADDRESS,
                        JAVA_LONG);
        insertAppend = handle(symbols, "chdb_stream_append", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        insertDone = handle(symbols, "chdb_stream_done", ADDRESS, ADDRESS);
        insertError = handle(symbols, "chdb_stream_insert_error", ADDRESS, ADDRESS);
        insertDestroy = procedure(symbols, "chdb_destroy_insert_stream", ADDRESS);
        // The JVM needs SIGSEGV and others for itself.
        invoke(procedure(symbols, "chdb_set_signal_handlers_enabled", JAVA_INT), 0);
    }

    /**
     * A new session on the data directory, which is the same for all sessions of the process.
     *
     * @param settings query settings that hold for this session
     */
    Session connect(Path data, Map<String, String> settings) {
        try (Arena arena = Arena.ofConfined()) {
            List<String> arguments =
                    Stream.concat(
                                    Stream.of("clickhouse", "--path=" + data),
                                    settings.entrySet().stream()
                                            .map(
                                                    setting ->
                                                            "--"
                                                                    + setting.getKey()
                                                                    + "="
                                                                    + setting.getValue()))
                            .toList();
            MemorySegment vector = arena.allocate(ADDRESS, arguments.size() + 1L);
            for (int i = 0; i < arguments.size(); i++) {
                vector.setAtIndex(ADDRESS, i, arena.allocateFrom(arguments.get(i)));
            }
            MemorySegment pointer = (MemorySegment) invoke(connect, arguments.size(), vector);
            if (pointer.address() == 0) {
                throw new IllegalStateException(
                        "The ClickHouse engine cannot open "
                                + data
                                + ": another process may have it open.");
            }
            return new Session(pointer.reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0));
        }
    }

    /** What a statement is, as the engine's own parser sees it. */
    record Classification(int statements, boolean readOnly) {}

    /** One connection to the engine. Not thread-safe. */
    final class Session {
        private final MemorySegment connection;

        private Session(MemorySegment connection) {
            this.connection = connection;
        }

        /** Runs one statement; the caller closes the result. */
        Result query(String sql, String format, Map<String, String> parameters) {
            try (Arena arena = Arena.ofConfined()) {
                Text text = Text.of(arena, sql);
                Text wanted = Text.of(arena, format);
                int count = parameters.size();
                MemorySegment names = arena.allocate(ADDRESS, Math.max(1, count));
                MemorySegment nameLengths = arena.allocate(JAVA_LONG, Math.max(1, count));
                MemorySegment values = arena.allocate(ADDRESS, Math.max(1, count));
                MemorySegment valueLengths = arena.allocate(JAVA_LONG, Math.max(1, count));
                int i = 0;
                for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                    Text name = Text.of(arena, parameter.getKey());
                    Text value = Text.of(arena, parameter.getValue());
                    names.setAtIndex(ADDRESS, i, name.bytes());
                    nameLengths.setAtIndex(JAVA_LONG, i, name.length());
                    values.setAtIndex(ADDRESS, i, value.bytes());
                    valueLengths.setAtIndex(JAVA_LONG, i, value.length());
                    i++;
                }
                return new Result(
                        (MemorySegment)
                                invoke(
                                        query,
                                        connection,
                                        text.bytes(),
                                        text.length(),
                                        wanted.bytes(),
                                        wanted.length(),
                                        names,
                                        nameLengths,
                                        values,
                                        valueLengths,
                                        (long) count));
            }
        }

        /** Parses without running. Text that does not parse has no statements. */
        Classification classify(String sql) {
            try (Arena arena = Arena.ofConfined()) {
                Text text = Text.of(arena, sql);
                // uint32: struct size, statement count, flags, class
                MemorySegment analysis = arena.allocate(JAVA_INT, 4);
                analysis.setAtIndex(JAVA_INT, 0, 16);
                invoke(
                        classify,
                        connection,
                        text.bytes(),
                        text.length(),
                        MemorySegment.NULL,
                        0L,
                        analysis);
                return new Classification(
                        analysis.getAtIndex(JAVA_INT, 1), analysis.getAtIndex(JAVA_INT, 3) == 0);
            }
        }

        /** Begins an INSERT whose rows follow; the caller closes it. */
        Insert insert(String statement, String format) {
            try (Arena arena = Arena.ofConfined()) {
                Text text = Text.of(arena, statement);
                Text rows = Text.of(arena, format);
                return new Insert(
                        (MemorySegment)
                                invoke(
                                        insertBegin,
                                        connection,
                                        text.bytes(),
                                        text.length(),
                                        rows.bytes(),
                                        rows.length()));
            }
        }
    }

    /** An INSERT under way. Not thread-safe. */
    final class Insert implements AutoCloseable {
        private final MemorySegment stream;

        private Insert(MemorySegment stream) {
            this.stream = stream;
        }

        /** The engine's message, or null while all is well. */
        @Nullable String error() {
            return string((MemorySegment) invoke(insertError, stream));
        }

        /** Appends rows; false when the insert has failed, see {@link #error}. */
        boolean append(byte[] bytes, int length) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(Math.max(1, length));
                MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, length);
                return (int) invoke(insertAppend, stream, copy, (long) length) == 0;
            }
        }

        /** Commits what was appended. */
        Result done() {
            return new Result((MemorySegment) invoke(insertDone, stream));
        }

        /** Frees it; cancels it when it was not done. */
        @Override
        public void close() {
            invoke(insertDestroy, stream);
        }
    }

    /** What came of a statement; its bytes live in the engine's memory until it is closed. */
    final class Result implements AutoCloseable {
        private final MemorySegment result;

        private Result(MemorySegment result) {
            this.result = result;
        }

        @Nullable String error() {
            return string((MemorySegment) invoke(resultError, result));
        }

        /** The formatted rows, without a copy. */
        MemorySegment bytes() {
            long length = (long) invoke(resultLength, result);
            MemorySegment buffer = (MemorySegment) invoke(resultBuffer, result);
            return length == 0 || buffer.address() == 0
                    ? MemorySegment.NULL
                    : buffer.reinterpret(length);
        }

        long rowsRead() {
            return (long) invoke(rowsRead, result);
        }

        long bytesRead() {
            return (long) invoke(bytesRead, result);
        }

        long rowsWritten() {
            return (long) invoke(rowsWritten, result);
        }

        long bytesWritten() {
            return (long) invoke(bytesWritten, result);
        }

        @Override
        public void close() {
            invoke(destroyResult, result);
        }
    }

    private record Text(MemorySegment bytes, long length) {
        static Text of(Arena arena, String text) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment bytes = arena.allocate(encoded.length + 1L);
            MemorySegment.copy(encoded, 0, bytes, JAVA_BYTE, 0, encoded.length);
            return new Text(bytes, encoded.length);
        }
    }

    private static @Nullable String string(MemorySegment pointer) {
        return pointer.address() == 0 ? null : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private static MethodHandle handle(
            SymbolLookup symbols, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbols.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle procedure(
            SymbolLookup symbols, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(symbols.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    private static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            // A downcall handle throws nothing of its own: this is a mismatch of types, a bug here.
            throw new IllegalStateException("A call into the ClickHouse engine failed.", e);
        }
    }
}
