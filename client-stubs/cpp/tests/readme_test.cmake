# The README shows the quick start's files as they are. Run with -DROOT=….
file(READ "${ROOT}/README.md" readme)
foreach(name CMakeLists.txt producer.cpp consumer.cpp)
  file(READ "${ROOT}/examples/quickstart/${name}" text)
  string(FIND "${readme}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md does not show examples/quickstart/${name} as it is")
  endif()
endforeach()
