# embed_recipes(TARGET FOLDER): writes a source file that holds every FOLDER/*.toml as text, in
# alphabetical order, behind belamy/recipe/builtin.h.
function(embed_recipes target folder)
  file(GLOB recipes CONFIGURE_DEPENDS "${folder}/*.toml")
  list(SORT recipes)
  set(entries "")
  foreach(recipe IN LISTS recipes)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${recipe}")
    get_filename_component(name "${recipe}" NAME_WE)
    file(READ "${recipe}" text)
    string(APPEND entries "    {\"${name}\", R\"belamy-recipe(${text})belamy-recipe\"},\n")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/builtin_recipes.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"#include \"belamy/recipe/builtin.h\"

namespace belamy {

const std::vector<BuiltinRecipe>& builtin_recipes() {
  static const std::vector<BuiltinRecipe> recipes = {
@entries@  };
  return recipes;
}

}  // namespace belamy
")
  target_sources(${target} PRIVATE "${source}")
endfunction()
