package ai.netra.apex.launcher;

import ai.netra.apex.launcher.requirements.RequirementsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "requirements",
        mixinStandardHelpOptions = true,
        description = "Prints each requirement with the tests that carry its ID.")
final class RequirementsCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print {\"rows\":[{\"id\",\"tests\"}]}.")
    private boolean json;

    @Option(names = "--write", description = "Write docs/requirements.md.")
    private boolean write;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path repository = Checkout.repository();
        RequirementsTable table = RequirementsTable.read(repository);
        var out = spec.commandLine().getOut();
        if (write) {
            Path file = repository.resolve("docs/requirements.md");
            Files.writeString(file, table.toMarkdown());
            out.println("Written: " + file);
        } else {
            out.println(json ? table.toJson() : table.toText());
        }
        return 0;
    }
}
