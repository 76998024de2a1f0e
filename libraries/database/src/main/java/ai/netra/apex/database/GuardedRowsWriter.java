package ai.netra.apex.database;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the class behind {@link GuardedRows} once, with the JDK's own class-file API: the 190
 * methods of a result set differ in nothing but their types. Thread-safe.
 */
final class GuardedRowsWriter {

    private static final ClassDesc ROWS = describe(ResultSet.class);
    private static final ClassDesc PARENT = describe(GuardedRows.class);
    private static final ClassDesc WRITTEN =
            ClassDesc.of(GuardedRows.class.getPackageName(), "WrittenRows");
    private static final MethodType CREATION =
            MethodType.methodType(void.class, Loan.class, ResultSet.class, ResultSet.class);
    private static final MethodHandle CONSTRUCTOR = constructor();

    private GuardedRowsWriter() {}

    static ResultSet newRows(Loan loan, ResultSet target, ResultSet proxy) {
        try {
            return (GuardedRows) CONSTRUCTOR.invokeExact(loan, target, proxy);
        } catch (Throwable e) {
            throw new IllegalStateException("a constructor that only keeps values failed", e);
        }
    }

    private static MethodHandle constructor() {
        byte[] written = ClassFile.of().build(WRITTEN, GuardedRowsWriter::write);
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(written, true);
            return lookup.findConstructor(lookup.lookupClass(), CREATION)
                    .asType(CREATION.changeReturnType(GuardedRows.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a class written here is not taken by the JVM", e);
        }
    }

    private static void write(ClassBuilder type) {
        type.withFlags(ACC_FINAL).withSuperclass(PARENT);
        type.withMethodBody(
                ConstantDescs.INIT_NAME,
                describe(CREATION),
                0,
                code ->
                        code.aload(0)
                                .aload(1)
                                .aload(2)
                                .aload(3)
                                .invokespecial(PARENT, ConstantDescs.INIT_NAME, describe(CREATION))
                                .return_());
        Set<String> written =
                Arrays.stream(GuardedRows.class.getDeclaredMethods())
                        .map(GuardedRowsWriter::signature)
                        .collect(Collectors.toSet());
        for (Method method : ResultSet.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && written.add(signature(method))) {
                type.withMethodBody(
                        method.getName(),
                        typeOf(method),
                        ACC_PUBLIC | ACC_FINAL,
                        code -> write(code, method));
            }
        }
    }

    private static void write(CodeBuilder code, Method method) {
        boolean reads = readsColumn(method);
        if (reads) {
            code.aload(0)
                    .invokevirtual(PARENT, "passFence", MethodTypeDesc.of(ConstantDescs.CD_void));
        }
        code.aload(0).getfield(PARENT, reads ? "target" : "proxy", ROWS);
        int slot = 1;
        for (Class<?> parameter : method.getParameterTypes()) {
            TypeKind kind = TypeKind.from(parameter);
            code.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
        code.invokeinterface(ROWS, method.getName(), typeOf(method))
                .return_(TypeKind.from(method.getReturnType()));
    }

    private static boolean readsColumn(Method method) {
        return method.getName().equals("wasNull")
                || (method.getName().startsWith("get") && method.getParameterCount() > 0);
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    private static MethodTypeDesc typeOf(Method method) {
        return describe(MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
    }

    private static MethodTypeDesc describe(MethodType type) {
        return type.describeConstable().orElseThrow();
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
