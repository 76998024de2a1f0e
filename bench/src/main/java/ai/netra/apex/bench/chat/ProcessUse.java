package ai.netra.apex.bench.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process and its children have used so far, from {@code /proc} (Linux only).
 *
 * @param cpuSeconds processor time, user and system
 * @param rssMegabytes resident memory now
 */
record ProcessUse(double cpuSeconds, double rssMegabytes) {

    /** Linux reports in this unit on every platform the JDK runs on (USER_HZ). */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    /** The use of {@code pid} and all its descendants: PostgreSQL works in child processes. */
    static ProcessUse of(long pid) throws IOException {
        double cpu = 0;
        double rss = 0;
        List<Long> all =
                ProcessHandle.of(pid).stream()
                        .flatMap(
                                p ->
                                        java.util.stream.Stream.concat(
                                                java.util.stream.Stream.of(p), p.descendants()))
                        .map(ProcessHandle::pid)
                        .toList();
        for (long id : all) {
            if (Files.exists(Path.of("/proc/" + id))) {
                cpu += cpuOf(id);
                rss += rssOf(id);
            }
        }
        return new ProcessUse(cpu, rss);
    }

    private static double cpuOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
    }

    private static double rssOf(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(l -> l.startsWith("VmRSS:"))
                .mapToDouble(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024.0)
                .sum();
    }
}
