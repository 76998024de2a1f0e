package ai.netra.apex.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The rules of the house that a compiler does not check. */
@AnalyzeClasses(packages = "ai.netra.apex", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] SERVICES = {
        "ai.netra.apex.auth..", "ai.netra.apex.backend..", "ai.netra.apex.edge.."
    };

    @ArchTest
    static final ArchRule librariesKnowNoService =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "ai.netra.apex.contracts..",
                            "ai.netra.apex.settings..",
                            "ai.netra.apex.resilience..",
                            "ai.netra.apex.database..",
                            "ai.netra.apex.servicekit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SERVICES);

    @ArchTest static final ArchRule authKnowsNoOtherService = isApart("auth", "backend", "edge");

    @ArchTest static final ArchRule backendKnowsNoOtherService = isApart("backend", "auth", "edge");

    @ArchTest static final ArchRule edgeKnowsNoOtherService = isApart("edge", "auth", "backend");

    @ArchTest
    static final ArchRule onlyServicesAndTheServiceKitKnowSpring =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "ai.netra.apex.servicekit..",
                            "ai.netra.apex.auth..",
                            "ai.netra.apex.backend..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..");

    @ArchTest static final ArchRule contractsStandOnTheJdkAlone = standsOnTheJdkAlone("contracts");

    @ArchTest static final ArchRule settingsStandOnTheJdkAlone = standsOnTheJdkAlone("settings");

    @ArchTest
    static final ArchRule noPackageCyclesInsideAModule =
            slices().matching("ai.netra.apex.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule modulesAreFreeOfCycles =
            slices().matching("ai.netra.apex.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlySettingsReadTheEnvironment =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "ai.netra.apex.auth..",
                            "ai.netra.apex.backend..",
                            "ai.netra.apex.edge..",
                            "ai.netra.apex.servicekit..",
                            "ai.netra.apex.database..",
                            "ai.netra.apex.resilience..")
                    .should()
                    .callMethod(System.class, "getenv")
                    .orShould()
                    .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule nothingIsPrintedPastTheLog =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "ai.netra.apex.servicekit..",
                            "ai.netra.apex.database..",
                            "ai.netra.apex.resilience..")
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err");

    @ArchTest
    static final ArchRule everyPackageSaysItsPurposeAndIsNullMarked =
            classes()
                    .that()
                    .haveSimpleNameNotEndingWith("package-info")
                    .should(
                            com.tngtech.archunit.lang.conditions.ArchConditions.be(
                                    inANullMarkedPackage()));

    @ArchTest
    static void everyModuleIsLookedAt(JavaClasses classes) {
        var modules = new TreeSet<String>();
        classes.forEach(c -> modules.add(c.getPackageName().split("\\.", -1)[3]));
        assertThat(modules)
                .contains("auth", "backend", "contracts", "database", "edge", "launcher")
                .contains("resilience", "servicekit", "settings", "embedded");
    }

    private static ArchRule isApart(String service, String... others) {
        var rule = noClasses().that().resideInAPackage("ai.netra.apex." + service + "..");
        String[] packages = new String[others.length];
        for (int i = 0; i < others.length; i++) {
            packages[i] = "ai.netra.apex." + others[i] + "..";
        }
        return rule.should().dependOnClassesThat().resideInAnyPackage(packages);
    }

    private static ArchRule standsOnTheJdkAlone(String module) {
        return classes()
                .that()
                .resideInAPackage("ai.netra.apex." + module + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax..",
                        "jdk..",
                        "sun.misc..",
                        "com.sun.net.httpserver..",
                        "org.jspecify..",
                        "com.google.errorprone.annotations..",
                        "ai.netra.apex." + module + "..");
    }

    private static DescribedPredicate<JavaClass> inANullMarkedPackage() {
        return DescribedPredicate.describe(
                "in a @NullMarked package",
                c ->
                        c.getPackage()
                                .tryGetPackageInfo()
                                .map(info -> info.isAnnotatedWith(NullMarked.class))
                                .orElse(false));
    }
}
