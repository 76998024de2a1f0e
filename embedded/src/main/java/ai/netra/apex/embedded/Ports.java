package ai.netra.apex.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Loopback TCP ports: which are free, and who has the others. */
public final class Ports {

    private static final int CONNECT_MILLIS = 500;

    private Ports() {}

    /** A port that was free a moment ago; whoever needs it should be ready to ask again. */
    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EngineException("No free port on the loopback interface.", e);
        }
    }

    /** Whether nothing listens on the loopback port and it can be bound. */
    public static boolean isFree(int port) {
        if (accepts(port)) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            // Connections of an earlier listener in TIME_WAIT do not make a port taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether something accepts connections on the loopback port. */
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The process that listens on a port, where this user may see it (Linux; empty elsewhere and
     * for other users' processes).
     */
    public static Optional<ProcessHandle> holder(int port) {
        Set<String> inodes = new HashSet<>();
        collectListeners(Path.of("/proc/net/tcp"), port, inodes);
        collectListeners(Path.of("/proc/net/tcp6"), port, inodes);
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.allProcesses()
                .filter(process -> owns(process.pid(), inodes))
                .findFirst();
    }

    /**
     * Refuses a taken port with a sentence that names it and its holder.
     *
     * @param purpose what the port is wanted for, e.g. {@code PostgreSQL}
     */
    public static void requireFree(int port, String purpose) {
        if (!isFree(port)) {
            throw new EngineException(
                    "Port " + port + " (" + purpose + ") is taken" + describeHolder(port) + ".");
        }
    }

    /**
     * {@code " by process 42 (java -jar x.jar)"}, or an empty string when the holder cannot be
     * seen.
     */
    public static String describeHolder(int port) {
        return holder(port)
                .map(
                        process ->
                                " by process "
                                        + process.pid()
                                        + " ("
                                        + shortCommand(process.pid())
                                        + ")")
                .orElse("");
    }

    private static String shortCommand(long pid) {
        String command = ProcessIdentity.commandLine(pid);
        return command.length() <= 80 ? command : command.substring(0, 77) + "...";
    }

    /**
     * Lines of /proc/net/tcp: local address in column 1, state 0A (listen) in column 3, inode in
     * column 9.
     */
    private static void collectListeners(Path table, int port, Set<String> inodes) {
        String suffix = ":" + String.format(Locale.ROOT, "%04X", port);
        try {
            List<String> lines = Files.readAllLines(table);
            for (String line : lines) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals("0A")) {
                    inodes.add("socket:[" + columns[9] + "]");
                }
            }
        } catch (IOException e) {
            // Not Linux, or no IPv6: nothing to see there.
            return;
        }
    }

    private static boolean owns(long pid, Set<String> inodes) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                if (inodes.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // another user's process, or one that has just ended
        }
    }
}
