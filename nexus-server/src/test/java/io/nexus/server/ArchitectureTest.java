package io.nexus.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nexus.server.flow.RequestFlow;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The allowed dependencies between the server's packages. */
class ArchitectureTest {

  private static final JavaClasses SERVER = new ClassFileImporter().importPath(classes());

  @Test
  void flow_knowsNoWireApi() {
    noClasses()
        .that()
        .resideInAPackage("io.nexus.server.flow..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nexus.server.dialect.*..")
        .because("what an API's bytes mean is behind Dialect")
        .check(SERVER);
  }

  @Test
  void dialect_knowsNoFlow_andNoneOfItsApis() {
    noClasses()
        .that()
        .resideInAPackage("io.nexus.server.dialect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nexus.server.flow..", "io.nexus.server.backend..")
        .check(SERVER);
    noClasses()
        .that()
        .resideInAPackage("io.nexus.server.dialect")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nexus.server.dialect.*..")
        .check(SERVER);
  }

  @Test
  void server_packages_dependOnEachOtherOneWay() {
    slices().matching("io.nexus.server.(*)..").should().beFreeOfCycles().check(SERVER);
  }

  private static Path classes() {
    return Path.of(
        URI.create(
            RequestFlow.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
