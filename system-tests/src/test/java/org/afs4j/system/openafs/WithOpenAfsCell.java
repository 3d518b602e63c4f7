package org.afs4j.system.openafs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks a test class that needs a real OpenAFS cell. Its constructor and methods may take an [OpenAfsCell], the one of this
/// test run, and an [AfsdFuseMount], made for the test or the class and unmounted after it.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OpenAfsCellExtension.class)
@Tag("interop")
public @interface WithOpenAfsCell {}
