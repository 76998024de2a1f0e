package ai.netra.apex.launcher.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a build stale. */
@Tag("INF-9")
class FingerprintTest {

    @TempDir Path root;

    @Test
    void whatABuildWritesAmongTheSourcesDoesNotMakeItStale() throws IOException {
        write("frontend/app/page.tsx", "one");
        String before = fingerprint();
        write("frontend/next-env.d.ts", "generated");
        write("frontend/tsconfig.tsbuildinfo", "generated");
        write("frontend/.next/standalone/server.js", "built");
        write("frontend/node_modules/left-pad/index.js", "installed");
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void aChangedAMovedAndANewSourceMakeItStale() throws IOException {
        write("frontend/app/page.tsx", "one");
        String before = fingerprint();
        write("frontend/app/page.tsx", "two");
        String changed = fingerprint();
        Files.move(root.resolve("frontend/app/page.tsx"), root.resolve("frontend/app/home.tsx"));
        String moved = fingerprint();
        write("frontend/app/more.tsx", "");
        assertThat(List.of(before, changed, moved, fingerprint())).doesNotHaveDuplicates();
    }

    private String fingerprint() {
        return Fingerprint.of(root, List.of(root.resolve("frontend")));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
